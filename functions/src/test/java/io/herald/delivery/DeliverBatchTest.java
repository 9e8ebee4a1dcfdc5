package io.herald.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.adapter.mustache.MustacheRenderer;
import io.herald.adapter.postgres.PostgresDeadLetters;
import io.herald.adapter.postgres.PostgresDueWork;
import io.herald.adapter.postgres.PostgresNotifications;
import io.herald.adapter.postgres.PostgresStore;
import io.herald.adapter.postgres.PostgresTemplates;
import io.herald.adapter.postgres.PostgresTenants;
import io.herald.adapter.postgres.PostgresTimeline;
import io.herald.adapter.postgres.PostgresUsers;
import io.herald.attempt.DecideOutcome;
import io.herald.attempt.Outcome;
import io.herald.attempt.RetryPolicies;
import io.herald.audience.UserKey;
import io.herald.concurrent.Deadline;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.events.DispatchRecord;
import io.herald.events.DispatchRecords;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.Guarantee;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.Reason;
import io.herald.notification.Recipient;
import io.herald.notification.Status;
import io.herald.notification.StoreUnavailableException;
import io.herald.notification.TenantId;
import io.herald.notification.Timeline;
import io.herald.notification.Timing;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.schedule.DueRow;
import io.herald.schedule.DueWork;
import io.herald.submission.Notification;
import io.herald.template.Preview;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateException;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import io.herald.template.Wording;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class DeliverBatchTest {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Instant LEASE_END = Store.START.plus(LEASE);
    private static final String TEMPLATE = "order-shipped";

    @RegisterExtension static final PostgresStore STORE = new PostgresStore();

    private final TenantId tenant = Samples.tenant();
    private final NotificationIds ids = new NotificationIds(STORE.clock(), new Random(1));
    private final List<NotificationId> handedOver = new CopyOnWriteArrayList<>();
    private final List<Message> messages = new CopyOnWriteArrayList<>();
    private Outcome answer = new Outcome.Sent("reference");
    private HandOver email = this::handOver;
    private HandOver inbox = this::handOver;
    private Renderer renderer = new MustacheRenderer();
    private LongSupplier nanoTime = () -> 0;
    private long offset;

    @BeforeEach
    void a_user_and_a_template_exist() {
        new PostgresUsers(STORE.database(), STORE.clock())
                .put(new UserKey(tenant, new UserId("ada")), Samples.userWith("ada@example.org"));
        new PostgresTemplates(STORE.database(), STORE.clock())
                .put(
                        new TemplateKey(tenant, TEMPLATE),
                        new TemplateContent(
                                new TemplateContent.Email("Order {{order}}", "It is sent.", null),
                                null,
                                new TemplateContent.Inbox("Order {{order}}", null),
                                Set.of(),
                                "transactional"),
                        Templates.NONE);
    }

    @Test
    void an_undecodable_record_becomes_a_dead_letter_and_holds_up_no_other() {
        var first = accepted();
        var last = accepted();

        deliver(record(first), lane("not a record".getBytes(UTF_8)), record(last));

        assertThat(handedOver).containsExactly(first.id(), last.id());
        assertThat(newest(first).status()).isEqualTo(Status.SENT);
        assertThat(newest(last).status()).isEqualTo(Status.SENT);
        assertThat(STORE.number("SELECT count(*) FROM undecodable_record")).isEqualTo(1);
    }

    @Test
    void a_record_that_comes_again_is_not_handed_over_again() {
        var notification = accepted();

        deliver(record(notification));
        deliver(record(notification));

        assertThat(handedOver).containsExactly(notification.id());
    }

    @Test
    void two_copies_in_one_batch_are_handed_over_once() {
        var notification = accepted();

        deliver(record(notification), record(notification));

        assertThat(handedOver).containsExactly(notification.id());
    }

    @Test
    void what_another_worker_is_sending_is_left_to_it_and_looked_at_when_its_lease_ends() {
        var notification = accepted();
        append(Samples.sending(STORE.clock(), notification.id(), 1, LEASE_END));

        deliver(record(notification));

        assertThat(handedOver).isEmpty();
        assertThat(due(LEASE_END.minusMillis(1))).isEmpty();
        assertThat(due(LEASE_END))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.notification()).isEqualTo(notification.id());
                    assertThat(row.sequence()).isEqualTo(1);
                });
    }

    @Test
    void a_record_of_what_is_sent_already_says_nothing_any_more() {
        var notification = accepted();
        append(Samples.sending(STORE.clock(), notification.id(), 1, LEASE_END));
        append(Samples.sent(STORE.clock(), notification.id(), 2));

        deliver(record(notification));

        assertThat(handedOver).isEmpty();
        assertThat(newest(notification).sequence()).isEqualTo(2);
        assertThat(due(LEASE_END)).isEmpty();
    }

    @Test
    void a_record_older_than_the_release_that_holds_leaves_it_to_that_ones_own() {
        var notification = accepted();
        append(Samples.released(STORE.clock(), notification.id(), 1));

        deliver(record(notification));

        assertThat(handedOver).isEmpty();
        assertThat(newest(notification).sequence()).isEqualTo(1);
    }

    @Test
    void what_stayed_pending_is_claimed_after_its_newest_event() {
        var notification = accepted();
        append(
                Samples.event(
                        STORE.clock(), notification.id(), 1, EventKind.REFUSED, Status.PENDING, 1));

        deliver(record(notification));

        assertThat(handedOver).containsExactly(notification.id());
        assertThat(timeline().of(notification.id()))
                .extracting(Event::status)
                .containsExactly(Status.PENDING, Status.SENDING, Status.SENT);
    }

    @Test
    void a_notification_fails_whose_user_is_gone() {
        var gone = accepted("nobody", Channel.EMAIL, Lane.EMAIL, Guarantee.AT_LEAST_ONCE);
        var good = accepted();

        deliver(record(gone), record(good));

        assertThat(handedOver).containsExactly(good.id());
        assertThat(newest(gone).status()).isEqualTo(Status.FAILED);
        assertThat(requireNonNull(newest(gone).reason()).code()).isEqualTo("user_gone");
    }

    @Test
    void what_has_expired_is_not_handed_over_and_holds_up_no_other() {
        var now = STORE.clock().instant();
        var expired = expiring(now);
        var good = expiring(now.plusNanos(1_000));

        deliver(record(expired), record(good));

        assertThat(handedOver).containsExactly(good.id());
        assertThat(newest(good).status()).isEqualTo(Status.SENT);
        assertThat(timeline().of(expired.id()))
                .extracting(Event::status)
                .containsExactly(Status.EXPIRED);
        assertThat(newest(expired).attempt()).isZero();
    }

    @Test
    void what_was_cancelled_is_not_handed_over_also_when_it_has_expired() {
        var cancelled = expiring(STORE.clock().instant());
        append(
                Samples.event(
                        STORE.clock(),
                        cancelled.id(),
                        1,
                        EventKind.CANCELLED,
                        Status.CANCELLED,
                        0));

        deliver(record(cancelled));

        assertThat(newest(cancelled).status()).isEqualTo(Status.CANCELLED);
    }

    private Notification expiring(Instant expiresAt) {
        return Samples.timed(accepted(), new Timing(null, expiresAt));
    }

    @Test
    void a_lost_outcome_is_unknown_where_nothing_may_be_sent_twice() {
        var notification = accepted("ada", Channel.EMAIL, Lane.EMAIL, Guarantee.AT_MOST_ONCE);
        answer = new Outcome.Lost(new Reason("no_answer", "No answer came."));

        deliver(record(notification));

        assertThat(newest(notification).status()).isEqualTo(Status.UNKNOWN);
        assertThat(due(Store.START.plus(Duration.ofDays(1)))).isEmpty();
    }

    @Test
    void a_lost_outcome_is_tried_again_where_it_may_be_sent_twice() {
        var notification = accepted();
        answer = new Outcome.Lost(new Reason("no_answer", "No answer came."));

        deliver(record(notification));

        var newest = newest(notification);
        var until = requireNonNull(newest.until());
        assertThat(newest.status()).isEqualTo(Status.RETRYING);
        assertThat(due(until.minusMillis(1))).isEmpty();
        assertThat(due(until))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.notification()).isEqualTo(notification.id());
                    assertThat(row.sequence()).isEqualTo(newest.sequence());
                });
    }

    @Test
    void one_users_messages_keep_their_order_over_the_channels_of_a_lane() {
        var batch =
                List.of(
                        urgent(Channel.INBOX),
                        urgent(Channel.EMAIL),
                        urgent(Channel.EMAIL),
                        urgent(Channel.INBOX),
                        urgent(Channel.EMAIL));

        deliver(batch.stream().map(this::record).toArray(LaneRecord[]::new));

        assertThat(handedOver)
                .containsExactlyElementsOf(batch.stream().map(Notification::id).toList());
    }

    @Test
    void a_message_to_an_address_with_words_of_its_own_needs_neither_user_nor_template() {
        var direct = direct(tenant, "eve@example.org", "Text", Samples.object().put("name", "Eve"));

        deliver(record(direct));

        assertThat(newest(direct).status()).isEqualTo(Status.SENT);
        assertThat(messages)
                .containsExactly(
                        new Message.Email(
                                direct.id(),
                                1,
                                tenant,
                                new Recipient.At("eve@example.org"),
                                "eve@example.org",
                                new RenderedMessage.Email("Hi Eve", "Text", null)));
    }

    @Test
    void a_fault_of_one_channel_takes_nothing_from_another() {
        var mail = urgent(Channel.EMAIL);
        var feed = urgent(Channel.INBOX);
        inbox =
                (_, _) -> {
                    throw new StoreUnavailableException("gone", new SQLException("gone"));
                };

        deliver(record(mail), record(feed));

        assertThat(newest(mail).status()).isEqualTo(Status.SENT);
        assertThat(newest(feed).kind()).isEqualTo(EventKind.LOST);
        assertThat(newest(feed).status()).isEqualTo(Status.RETRYING);
    }

    @Test
    void a_provider_that_hangs_takes_no_time_of_another_channels() {
        new PostgresUsers(STORE.database(), STORE.clock())
                .put(new UserKey(tenant, new UserId("bob")), Samples.userWith("bob@example.org"));
        var mail = urgent("ada", Channel.EMAIL);
        var feed = urgent("bob", Channel.INBOX);
        // Neither ends before the other has begun.
        var together = new CyclicBarrier(2);
        HandOver waiting =
                (drafts, deadline) -> {
                    try {
                        together.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                        throw new IllegalStateException(e);
                    }
                    return drafts.stream().map(_ -> answer).toList();
                };
        email = waiting;
        inbox = waiting;

        deliver(record(mail), record(feed));

        assertThat(newest(mail).status()).isEqualTo(Status.SENT);
        assertThat(newest(feed).status()).isEqualTo(Status.SENT);
    }

    @Test
    @Timeout(120)
    void one_tenants_expensive_templates_leave_the_others_their_time() {
        nanoTime = System::nanoTime;
        email = oneByOne(10);
        // Each {{x}} is looked for in 2,000 places. Without an allowance for that, each of the
        // messages would take seconds, and all of them minutes.
        var expensive =
                "{{#o}}".repeat(2_000) + "{{#l}}{{#l}}{{x}}{{/l}}{{/l}}" + "{{/o}}".repeat(2_000);
        var payload = Samples.object().put("o", 1);
        var list = payload.putArray("l");
        IntStream.range(0, 1_000).forEach(list::add);
        var other = Samples.tenant();
        var batch = new ArrayList<Notification>();
        for (int i = 0; i < 99; i++) {
            batch.add(direct(other, "eve+%d@example.org".formatted(i), expensive, payload));
        }
        var own = accepted();
        batch.add(own);

        deliver(batch.stream().map(this::record).toArray(LaneRecord[]::new));

        assertThat(newest(own).status()).isEqualTo(Status.SENT);
        assertThat(batch.subList(0, 99))
                .allSatisfy(notification -> {
                    var newest = newest(notification);
                    assertThat(newest.status()).isEqualTo(Status.FAILED);
                    assertThat(requireNonNull(newest.reason()).code())
                            .isEqualTo("rendering_too_long");
                });
    }

    @Test
    void at_the_deadline_what_is_not_rendered_is_not_handed_over_and_counts_no_attempt() {
        var now = new AtomicLong();
        nanoTime = now::get;
        email = oneByOne(1);
        var rendered = new AtomicInteger();
        renderer =
                new SlowRenderer(() -> {
                    // Of the 30 s that are left, the second one's rendering leaves too little.
                    if (rendered.incrementAndGet() == 2) {
                        now.addAndGet(Duration.ofSeconds(26).toNanos());
                    }
                });
        var batch = List.of(accepted(), accepted(), accepted(), accepted());

        deliver(batch.stream().map(this::record).toArray(LaneRecord[]::new));

        assertThat(handedOver).containsExactly(batch.get(0).id());
        assertThat(rendered).hasValue(2);
        assertThat(batch.subList(1, 4))
                .allSatisfy(notification -> {
                    var newest = newest(notification);
                    assertThat(newest.status()).isEqualTo(Status.RETRYING);
                    assertThat(newest.attempt()).isZero();
                    assertThat(requireNonNull(newest.reason()).code())
                            .isEqualTo(
                                    notification.equals(batch.get(1))
                                            ? "no_time_left"
                                            : "behind_another");
                });
    }

    @Test
    void a_message_that_becomes_too_long_fails_and_says_so() {
        var longest = "x".repeat(200_000);
        var notification =
                direct(
                        tenant,
                        "eve@example.org",
                        "{{t}}{{t}}{{t}}",
                        Samples.object().put("t", longest));

        deliver(record(notification));

        assertThat(handedOver).isEmpty();
        assertThat(newest(notification).status()).isEqualTo(Status.FAILED);
        assertThat(requireNonNull(newest(notification).reason()).code())
                .isEqualTo("message_too_long");
    }

    /** Renders as the real one does, and takes its time for it. */
    private record SlowRenderer(Runnable meanwhile) implements Renderer {
        @Override
        public void check(TemplateContent content) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RenderedMessage render(TemplateContent content, Channel channel, JsonNode payload)
                throws TemplateException {
            meanwhile.run();
            return new MustacheRenderer().render(content, channel, payload);
        }

        @Override
        public Preview preview(TemplateContent content, Channel channel, JsonNode payload) {
            throw new UnsupportedOperationException();
        }
    }

    private HandOver oneByOne(int parallel) {
        return new HandOverOneByOne<>(
                (message, _) -> {
                    handedOver.add(message.notification());
                    return answer;
                },
                Message.Email.class,
                Duration.ofSeconds(5),
                parallel,
                new Breakers(Duration.ofSeconds(5), nanoTime, new Random(1)));
    }

    private void deliver(LaneRecord... batch) {
        new DeliverBatch(
                        new MakeMessages(
                                new PostgresUsers(STORE.database(), STORE.clock()),
                                new PostgresTemplates(STORE.database(), STORE.clock()),
                                new PostgresTenants(STORE.database(), STORE.clock()),
                                renderer),
                        timeline(),
                        dueWork(),
                        new PostgresDeadLetters(STORE.database(), STORE.clock()),
                        Map.of(Channel.EMAIL, email, Channel.INBOX, inbox),
                        new DecideOutcome(RetryPolicies.DEFAULT, STORE.clock(), new Random(1)),
                        STORE.clock(),
                        nanoTime,
                        LEASE)
                .deliver(List.of(batch));
    }

    private List<Outcome> handOver(List<Draft> drafts, Deadline deadline) {
        assertThat(deadline.remaining()).isEqualTo(LEASE);
        return drafts.stream().map(this::handOver).toList();
    }

    private Outcome handOver(Draft draft) {
        return switch (draft.render()) {
            case Draft.Rendering.Failed(var outcome) -> outcome;
            case Draft.Rendering.Done(var message) -> {
                handedOver.add(message.notification());
                messages.add(message);
                yield answer;
            }
        };
    }

    private Notification accepted() {
        return accepted("ada", Channel.EMAIL, Lane.EMAIL, Guarantee.AT_LEAST_ONCE);
    }

    private Notification urgent(Channel channel) {
        return urgent("ada", channel);
    }

    private Notification urgent(String user, Channel channel) {
        return accepted(user, channel, Lane.URGENT, Guarantee.AT_LEAST_ONCE);
    }

    private Notification accepted(String user, Channel channel, Lane lane, Guarantee guarantee) {
        var notification =
                new Notification(
                        tenant,
                        ids.consecutive(1).getFirst(),
                        new Recipient.OfUser(new UserId(user)),
                        channel,
                        lane,
                        new Wording.OfTemplate(TEMPLATE, 1),
                        "transactional",
                        guarantee,
                        Samples.object().put("order", "A-17"),
                        null,
                        null);
        new PostgresNotifications(STORE.database(), STORE.clock(), Store.GRACE)
                .accept(List.of(notification));
        return notification;
    }

    /** A mail to an address that says itself what it says. */
    private Notification direct(TenantId owner, String address, String text, ObjectNode payload) {
        var notification =
                new Notification(
                        owner,
                        ids.consecutive(1).getFirst(),
                        new Recipient.At(address),
                        Channel.EMAIL,
                        Lane.EMAIL,
                        new Wording.Own(
                                new TemplateContent(
                                        new TemplateContent.Email("Hi {{name}}", text, null),
                                        null,
                                        null,
                                        Set.of(),
                                        "transactional")),
                        "transactional",
                        Guarantee.AT_LEAST_ONCE,
                        payload,
                        null,
                        null);
        new PostgresNotifications(STORE.database(), STORE.clock(), Store.GRACE)
                .accept(List.of(notification));
        return notification;
    }

    private LaneRecord record(Notification notification) {
        DispatchRecord first = notification.asFirstRecord();
        return lane(DispatchRecords.encode(first));
    }

    private LaneRecord lane(byte[] value) {
        return new LaneRecord("herald.email", 0, offset++, null, value);
    }

    private void append(Event event) {
        assertThat(timeline().append(List.of(Transition.of(tenant, event)))).hasSize(1);
    }

    private Event newest(Notification notification) {
        return requireNonNull(timeline().newest(List.of(notification.id())).get(notification.id()));
    }

    private List<DueRow> due(Instant now) {
        return dueWork().due(now, 100).rows();
    }

    private Timeline timeline() {
        return new PostgresTimeline(STORE.database());
    }

    private DueWork dueWork() {
        return new PostgresDueWork(STORE.database(), STORE.clock());
    }
}
