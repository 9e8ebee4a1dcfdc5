package io.herald.cli;

import java.net.URI;
import java.nio.file.Path;

/** PLACEHOLDER until local is there. */
final class StartedStack implements Stack {
    record Settings(Path state, int port, boolean isFresh, int apiEnvironments) {
        Settings onPort(int wanted) {
            return new Settings(state, wanted, isFresh, apiEnvironments);
        }

        Settings onAnyPort() {
            return onPort(0);
        }

        Settings fresh() {
            return new Settings(state, port, true, apiEnvironments);
        }

        Settings withApiEnvironments(int wanted) {
            return new Settings(state, port, isFresh, wanted);
        }
    }

    static Settings settings(Path state) {
        return new Settings(state, 8080, false, 0);
    }

    static Stack start(Settings settings, Progress progress) throws InterruptedException {
        progress.now("Starting");
        throw CommandException.lacking("There is no local cloud yet: " + settings.state());
    }

    @Override
    public URI url() {
        throw new IllegalStateException();
    }

    @Override
    public Path mailFolder() {
        throw new IllegalStateException();
    }

    @Override
    public Path webhookFolder() {
        throw new IllegalStateException();
    }

    @Override
    public URI webhookReceiver() {
        throw new IllegalStateException();
    }

    @Override
    public byte[] administration(byte[] request) {
        throw new IllegalStateException();
    }

    @Override
    public void close() {}
}
