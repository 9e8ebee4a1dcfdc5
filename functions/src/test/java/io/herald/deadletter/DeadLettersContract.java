package io.herald.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.Channel;
import io.herald.notification.Event;
import io.herald.notification.EventKind;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Status;
import io.herald.notification.TenantId;
import io.herald.notification.Transition;
import io.herald.notification.UserId;
import io.herald.submission.Notification;
import io.herald.tenant.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link DeadLetters} keeps to. */
public abstract class DeadLettersContract {
    private static final UserId ADA = new UserId("ada");

    private final TenantId tenant = Samples.tenant();

    protected abstract Store store();

    /** All that is kept, in the order of topic, partition and offset; there is no port for it. */
    protected abstract List<UndecodableRecord> kept();

    @Test
    void a_record_is_kept_byte_for_byte_with_its_cause() {
        var value = new byte[256];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) i;
        }

        keep(record(7, value, value, Samples.ODD_TEXT));

        assertThat(kept())
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.topic()).isEqualTo("herald.email");
                    assertThat(record.partition()).isEqualTo(3);
                    assertThat(record.offset()).isEqualTo(7);
                    assertThat(record.key()).isEqualTo(value);
                    assertThat(record.value()).isEqualTo(value);
                    assertThat(record.cause()).isEqualTo(Samples.ODD_TEXT);
                    assertThat(record.at()).isEqualTo(Store.START);
                });
    }

    @Test
    void one_that_is_kept_already_stays_as_it_is() {
        keep(record(1, null, "first".getBytes(UTF_8), "first"));

        keep(
                record(1, null, new byte[0], "again"),
                record(Long.MAX_VALUE, null, new byte[0], "other\0"),
                record(Long.MAX_VALUE, null, new byte[0], "twice"));
        keep();

        assertThat(kept().stream().map(UndecodableRecord::cause)).containsExactly("first", "other");
    }

    @Test
    void a_record_is_seen_by_the_tenant_whom_its_key_names_and_by_nobody_else() {
        exists(tenant);
        var record = recordOf(tenant, 1);
        keep(record);

        assertThat(list(tenant))
                .containsExactly(
                        new DeadLetter.OfRecord(
                                new KeptRecord(
                                        record.id(),
                                        "herald.email",
                                        3,
                                        1,
                                        5,
                                        "The record is not JSON.",
                                        Store.START)));
        assertThat(letters().find(tenant, List.of(record.id()))).isEqualTo(list(tenant));
        assertThat(letters().value(tenant, record.id(), 3))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo("val".getBytes(UTF_8)));
        var other = Samples.tenant();
        assertThat(list(other)).isEmpty();
        assertThat(letters().find(other, List.of(record.id()))).isEmpty();
        assertThat(letters().value(other, record.id(), 3)).isEmpty();
        assertThat(letters().ofNobody(null, 10)).isEmpty();
    }

    @Test
    void what_no_tenant_owns_is_nobodys_until_it_is_discarded() {
        exists(tenant);
        var strangers = recordOf(Samples.tenant(), 1);
        var nameless = record(2, "ada".getBytes(UTF_8), new byte[0], "empty");
        var keyless = record(3, null, new byte[0], "empty");
        var owned = recordOf(tenant, 4);
        keep(strangers, nameless, keyless, owned);

        var found = letters().ofNobody(null, 10);
        assertThat(found.stream().map(KeptRecord::offset)).containsExactlyInAnyOrder(1L, 2L, 3L);
        assertThat(found).isSortedAccordingTo((a, b) -> b.id().compareTo(a.id()));
        assertThat(letters().ofNobody(null, 2)).isEqualTo(found.subList(0, 2));
        assertThat(letters().ofNobody(found.get(1).id(), 2)).isEqualTo(found.subList(2, 3));

        var ids = List.of(strangers.id(), owned.id(), new DeadLetterId(UUID.randomUUID()));
        assertThat(letters().discardOfNobody(ids)).isEqualTo(1);
        assertThat(letters().discardOfNobody(ids)).isZero();
        assertThat(letters().ofNobody(null, 10)).hasSize(2);
        assertThat(list(tenant)).hasSize(1);
        // Its offset may be delivered again.
        keep(strangers);
        assertThat(letters().ofNobody(null, 10)).hasSize(2);
    }

    @Test
    void notifications_and_records_stand_in_one_list_newest_first() {
        exists(tenant);
        var expected = new ArrayList<DeadLetterId>();
        for (int i = 0; i < 30; i++) {
            pass();
            if (i % 3 == 0) {
                var record = recordOf(tenant, i);
                keep(record);
                expected.addFirst(record.id());
            } else {
                expected.addFirst(failed(accepted(tenant), "refused"));
            }
            failed(accepted(Samples.tenant()), "refused");
            accepted(tenant);
        }

        for (int limit : new int[] {1, 4, 30, 31}) {
            assertThat(pages(DeadLetterFilter.ALL, limit)).isEqualTo(expected);
        }
    }

    @Test
    void every_filter_must_apply() {
        exists(tenant);
        pass();
        var first = failed(accepted(tenant), "refused");
        pass();
        var second = failed(accepted(tenant), "silent");
        pass();
        var record = recordOf(tenant, 1);
        keep(record);
        var secondAt = store().clock().instant().minus(Duration.ofSeconds(1));

        assertThat(ids(filter("refused", null, null))).containsExactly(first);
        assertThat(ids(filter("undecodable", null, null))).containsExactly(record.id());
        assertThat(ids(filter("other", null, null))).isEmpty();
        assertThat(ids(filter(null, Channel.EMAIL, null))).containsExactly(second, first);
        assertThat(ids(filter(null, Channel.INBOX, null))).isEmpty();
        assertThat(ids(filter(null, null, "order-shipped"))).containsExactly(second, first);
        assertThat(ids(filter(null, null, "other"))).isEmpty();
        assertThat(ids(filter("undecodable", Channel.EMAIL, null))).isEmpty();
        assertThat(ids(new DeadLetterFilter(null, null, null, secondAt, null)))
                .containsExactly(record.id(), second);
        assertThat(ids(new DeadLetterFilter(null, null, null, null, secondAt)))
                .containsExactly(first);
    }

    @Test
    void what_failed_later_is_left_out_where_that_is_asked_for() {
        exists(tenant);
        var early = failed(accepted(tenant), "refused");
        var late = accepted(tenant);
        var until = store().clock().instant();
        pass();
        failed(late, "refused");
        keep(recordOf(tenant, 1));

        var found = letters().list(tenant, DeadLetterFilter.ALL, until, null, 10);

        assertThat(found.letters().stream().map(DeadLetter::id)).containsExactly(early);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SENT", "DELIVERED", "PENDING", "UNKNOWN"})
    void what_stands_elsewhere_now_is_none(Status now) {
        var notification = accepted(tenant);
        var id = failed(notification, "refused");
        happened(notification, 2, EventKind.REPLAYED, now, null);

        assertThat(list(tenant)).isEmpty();
        assertThat(letters().find(tenant, List.of(id))).isEmpty();
    }

    @Test
    void what_was_replayed_and_failed_again_is_one_again() {
        var notification = accepted(tenant);
        var id = failed(notification, "refused");
        happened(notification, 2, EventKind.REPLAYED, Status.PENDING, null);
        happened(notification, 3, EventKind.REFUSED, Status.FAILED, "again");

        assertThat(list(tenant))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.id()).isEqualTo(id);
                    assertThat(((DeadLetter.OfNotification) letter).newest().reason())
                            .isEqualTo(new Reason("again", "Words."));
                });
        assertThat(letters().find(tenant, List.of(id))).isEqualTo(list(tenant));
    }

    @Test
    void what_was_discarded_is_none_whatever_is_said_of_it_later_until_it_fails_anew() {
        var notification = accepted(tenant);
        var id = failed(notification, "refused");
        happened(notification, 2, EventKind.DISCARDED, Status.FAILED, "refused");

        assertThat(list(tenant)).isEmpty();
        assertThat(letters().find(tenant, List.of(id))).isEmpty();

        happened(notification, 3, EventKind.REFUSED, Status.FAILED, "late");
        assertThat(list(tenant)).isEmpty();
        assertThat(letters().find(tenant, List.of(id))).isEmpty();

        happened(notification, 4, EventKind.RELEASED, Status.PENDING, null);
        happened(notification, 5, EventKind.REFUSED, Status.FAILED, "anew");
        assertThat(list(tenant)).hasSize(1);
        assertThat(letters().find(tenant, List.of(id))).hasSize(1);
    }

    @Test
    void several_are_found_and_none_of_other_tenants() {
        exists(tenant);
        var record = recordOf(tenant, 1);
        keep(record);
        var mine = failed(accepted(tenant), "refused");
        store().clock().advance(Duration.ofDays(20));
        var later = failed(accepted(tenant), "refused");
        var others = failed(accepted(Samples.tenant()), "refused");
        var under = DeadLetter.idOf(accepted(tenant).id());

        var found = letters().find(tenant, List.of(later, others, record.id(), under, mine));

        assertThat(found.stream().map(DeadLetter::id))
                .containsExactlyInAnyOrder(mine, later, record.id());
        assertThat(letters().find(tenant, List.of())).isEmpty();
    }

    @Test
    void a_search_that_ends_early_says_where_and_goes_on_from_there() {
        exists(tenant);
        var wanted = failed(accepted(tenant), "wanted");
        var record = recordOf(tenant, 1);
        pass();
        keep(record);
        for (int i = 0; i < 3; i++) {
            pass();
            failed(Samples.submission(store().clock(), tenant, ADA, 900), "other");
        }

        var first = letters().list(tenant, filter("wanted", null, null), null, null, 10);

        assertThat(first.letters()).isEmpty();
        assertThat(first.searchedTo()).isNotNull();
        assertThat(pages(filter("wanted", null, null), 10)).containsExactly(wanted);
        assertThat(pages(filter("undecodable", null, null), 10)).containsExactly(record.id());
        assertThat(pages(DeadLetterFilter.ALL, 500)).hasSize(2702).endsWith(record.id(), wanted);
    }

    private DeadLetters letters() {
        return store().deadLetters();
    }

    private void pass() {
        store().clock().advance(Duration.ofSeconds(1));
    }

    private void keep(UndecodableRecord... records) {
        letters().keep(List.of(records));
    }

    private void exists(TenantId id) {
        store().tenants().create(new Tenant(id, "t" + id, "whsec_x"));
    }

    private List<DeadLetter> list(TenantId owner) {
        var found = letters().list(owner, DeadLetterFilter.ALL, null, null, 10);
        assertThat(found.searchedTo()).isNull();
        return found.letters();
    }

    private List<DeadLetterId> ids(DeadLetterFilter filter) {
        return pages(filter, 10);
    }

    private List<DeadLetterId> pages(DeadLetterFilter filter, int limit) {
        var all = new ArrayList<DeadLetterId>();
        Optional<DeadLetterId> before = Optional.empty();
        do {
            var found = letters().list(tenant, filter, null, before.orElse(null), limit);
            found.letters().forEach(letter -> all.add(letter.id()));
            assertThat(found.letters()).hasSizeLessThanOrEqualTo(limit);
            before =
                    found.letters().size() == limit
                            ? Optional.of(found.letters().getLast().id())
                            : Optional.ofNullable(found.searchedTo());
        } while (before.isPresent());
        return all;
    }

    private static DeadLetterFilter filter(
            @Nullable String cause, @Nullable Channel channel, @Nullable String template) {
        return new DeadLetterFilter(cause, channel, template, null, null);
    }

    private Notification accepted(TenantId owner) {
        var submission = Samples.submission(store().clock(), owner, ADA, 1);
        store().notifications().accept(submission);
        return submission.getFirst();
    }

    private void failed(List<Notification> submission, String cause) {
        store().notifications().accept(submission);
        store().timeline()
                .append(
                        submission.stream()
                                .map(each ->
                                        Transition.of(
                                                each.tenant(),
                                                event(
                                                        each.id(),
                                                        1,
                                                        EventKind.REFUSED,
                                                        Status.FAILED,
                                                        cause)))
                                .toList());
    }

    private DeadLetterId failed(Notification notification, String cause) {
        happened(notification, 1, EventKind.REFUSED, Status.FAILED, cause);
        return DeadLetter.idOf(notification.id());
    }

    private void happened(
            Notification notification,
            int sequence,
            EventKind kind,
            Status status,
            @Nullable String cause) {
        var event = event(notification.id(), sequence, kind, status, cause);
        assertThat(store().timeline().append(List.of(Transition.of(notification.tenant(), event))))
                .hasSize(1);
    }

    private Event event(
            NotificationId id,
            int sequence,
            EventKind kind,
            Status status,
            @Nullable String cause) {
        Instant at = store().clock().instant();
        var reason = cause == null ? null : new Reason(cause, "Words.");
        return new Event(id, sequence, kind, status, 1, at, null, reason, null);
    }

    private UndecodableRecord recordOf(TenantId owner, long offset) {
        return record(
                offset,
                (owner + ":ada").getBytes(UTF_8),
                "value".getBytes(UTF_8),
                "The record is not JSON.");
    }

    private UndecodableRecord record(
            long offset, byte @Nullable [] key, byte[] value, String cause) {
        return new UndecodableRecord(
                "herald.email", 3, offset, key, value, cause, store().clock().instant());
    }
}
