package io.herald.adapter.provider;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * A body that knows whether any of it may have left. It is asked for when the connection stands and
 * the headers are out; who has got only headers has accepted nothing.
 */
final class RequestBody implements BodyPublisher {

    private enum State {
        KEPT,
        ASKED_FOR,
        WITHHELD
    }

    private final BodyPublisher content;
    private State state = State.KEPT;

    RequestBody(byte[] content) {
        this.content = BodyPublishers.ofByteArray(content);
    }

    /** Whether nothing of it has left; from then on nothing will. */
    synchronized boolean withhold() {
        if (state == State.KEPT) {
            state = State.WITHHELD;
        }
        return state == State.WITHHELD;
    }

    private synchronized boolean askFor() {
        if (state == State.KEPT) {
            state = State.ASKED_FOR;
        }
        return state == State.ASKED_FOR;
    }

    @Override
    public long contentLength() {
        return content.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
        if (askFor()) {
            content.subscribe(subscriber);
            return;
        }
        subscriber.onSubscribe(
                new Flow.Subscription() {
                    @Override
                    public void request(long count) {
                        // There is nothing to come.
                    }

                    @Override
                    public void cancel() {
                        // There is nothing to end.
                    }
                });
        subscriber.onError(new IOException("the call is over"));
    }
}
