package io.herald.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.audience.UserKey;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.notification.UserId;
import io.herald.submission.Addressee;
import io.herald.submission.Answers;
import io.herald.submission.IdempotencyKey;
import io.herald.submission.ItemResult;
import io.herald.submission.KeyedRequest;
import io.herald.submission.MessageRequest;
import io.herald.submission.Notification;
import io.herald.submission.Submission;
import io.herald.submission.SubmissionResult;
import io.herald.submission.Words;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An application that submits something. With an idempotency key it repeats the call until it is
 * answered, and now and then makes it twice at once; without one it makes it once.
 */
final class Caller {

    static final TenantId TENANT = new TenantId(new UUID(1, 1));
    static final List<UserKey> USERS =
            List.of(new UserKey(TENANT, new UserId("ada")), new UserKey(TENANT, new UserId("bob")));
    static final String TEMPLATE = "order-shipped";

    /** Handed over at most once. */
    static final String ONCE = "once";

    private static final List<String> CATEGORIES =
            List.of("transactional", "transactional", ONCE, ONCE, "security");

    private final int number;
    private final Submission submission;
    private final Set<NotificationId> answered = new HashSet<>();
    private @Nullable Instant next;
    private int copies;

    Caller(int number, Fate fate, Instant at) {
        this.number = number;
        this.next = at;
        this.copies = fate.number(0, 4) == 0 ? 2 : 1;
        var keyed =
                fate.number(0, 2) == 0
                        ? null
                        : new KeyedRequest(
                                new IdempotencyKey(IdempotencyKey.Use.BATCH, "key-" + number),
                                "fingerprint");
        var requests = new ArrayList<MessageRequest>();
        int count = fate.number(1, 4);
        for (int i = 0; i < count; i++) {
            requests.add(
                    new MessageRequest(
                            new Addressee.OfUser(fate.oneOf(USERS).user()),
                            List.of(fate.number(0, 5) == 0 ? Channel.INBOX : Channel.EMAIL),
                            new Words.OfTemplate(TEMPLATE),
                            JsonNodeFactory.instance.objectNode().put("caller", number),
                            fate.oneOf(CATEGORIES),
                            null,
                            timing(fate, at, keyed == null),
                            null));
        }
        this.submission = new Submission(TENANT, requests, keyed, null);
        if (!isKeyed()) {
            copies = 1;
        }
    }

    /**
     * Mostly at once, some for later, and some not for long.
     *
     * @param oneCall whether it is not repeated, when it might have expired
     */
    private static Timing timing(Fate fate, Instant at, boolean oneCall) {
        var scheduledFor = fate.number(0, 4) == 0 ? at.plusMillis(fate.number(1, 10_000)) : null;
        var since = scheduledFor == null ? at : scheduledFor;
        var expiresAt =
                oneCall && fate.number(0, 4) == 0 ? since.plusSeconds(fate.number(11, 40)) : null;
        return new Timing(scheduledFor, expiresAt);
    }

    Submission submission() {
        return submission;
    }

    boolean isKeyed() {
        return submission.keyed() != null;
    }

    /** When it makes its next call; empty when it makes none. */
    Optional<Instant> nextCall() {
        return Optional.ofNullable(next);
    }

    void calls() {
        copies--;
        next = copies == 0 ? null : next;
    }

    /** It heard nothing, or that it is to come again. */
    void failed(Instant now) {
        if (isKeyed() && answered.isEmpty()) {
            copies = 1;
            next = now.plusSeconds(1);
        }
    }

    void hears(SubmissionResult result, Instant now) {
        switch (result) {
            case SubmissionResult.Done(var items) -> answered.addAll(idsOf(items));
            case SubmissionResult.Replayed(var answer) -> answered.addAll(read(answer));
            case SubmissionResult.Busy() -> failed(now);
            case SubmissionResult.KeyReused() ->
                    throw new IllegalStateException("nobody else has the key of caller " + number);
        }
    }

    /** The notifications of which it heard that they are accepted. */
    Set<NotificationId> answered() {
        return answered;
    }

    boolean isOf(Notification notification) {
        return notification.payload().path("caller").intValue() == number;
    }

    @Override
    public String toString() {
        return "caller-" + number;
    }

    private static List<NotificationId> idsOf(List<ItemResult> items) {
        return items.stream()
                .flatMap(item ->
                        switch (item) {
                            case ItemResult.Accepted(var made) ->
                                    made.stream().map(Notification::id);
                            case ItemResult.Replayed _,
                                    ItemResult.KeyReused _,
                                    ItemResult.Rejected _ ->
                                    throw new IllegalStateException("not accepted: " + item);
                        })
                .toList();
    }

    private static List<NotificationId> read(JsonNode answer) {
        return answer.valueStream().map(id -> NotificationId.parse(id.textValue())).toList();
    }

    /** An answer is the list of the ids. */
    static final Answers ANSWERS =
            new Answers() {
                @Override
                public JsonNode ofMessage(List<Notification> notifications) {
                    throw new UnsupportedOperationException("no message has a key of its own");
                }

                @Override
                public JsonNode ofSubmission(List<ItemResult> items) {
                    var ids = JsonNodeFactory.instance.arrayNode();
                    idsOf(items).forEach(id -> ids.add(id.toString()));
                    return ids;
                }
            };
}
