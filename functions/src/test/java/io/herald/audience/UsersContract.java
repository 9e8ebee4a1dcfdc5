package io.herald.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link Users} keeps to. */
public abstract class UsersContract {
    private static final UserDetails EMPTY = Samples.userWith(null);
    private static final UserDetails FULL =
            new UserDetails(
                    "ada@example.com",
                    "+43512507",
                    "https://example.com/hook",
                    List.of(
                            new PushToken(PushProvider.FCM, "d1:APA91b-x_y"),
                            new PushToken(PushProvider.APNS, "0f".repeat(32))),
                    "de-CH",
                    "Europe/Zurich",
                    Samples.object()
                            .put("odd", Samples.ODD_TEXT)
                            .put("exact", new BigDecimal("1.10"))
                            .set("tags", Samples.object().arrayNode().add(1).addNull()));

    private final TenantId tenant = Samples.tenant();
    private final UserKey ada = key("ada");

    protected abstract Store store();

    @Test
    void a_user_comes_back_as_it_was_put() {
        var stored = store().users().put(ada, FULL);

        var user = new User(ada.user(), FULL, stored.user().version(), Store.START, Store.START);
        assertThat(stored).isEqualTo(new Users.Stored(user, true));
        assertThat(store().users().newest(ada)).contains(user);
        assertThat(store().users().contactPoints(List.of(ada)))
                .isEqualTo(Map.of(ada, user.contactPoints()));
    }

    @Test
    void putting_again_replaces_all_that_is_known() {
        var first = store().users().put(ada, FULL).user();
        store().clock().advance(Duration.ofHours(1));

        var stored = store().users().put(ada, with("new@example.com"));

        var expected =
                new User(
                        ada.user(),
                        with("new@example.com"),
                        first.version() + 1,
                        Store.START,
                        Store.START.plus(Duration.ofHours(1)));
        assertThat(stored).isEqualTo(new Users.Stored(expected, false));
        assertThat(store().users().newest(ada)).contains(expected);
    }

    @Test
    void putting_the_same_is_no_change() {
        var first = store().users().put(ada, FULL);
        store().clock().advance(Duration.ofHours(1));

        assertThat(store().users().put(ada, FULL)).isEqualTo(new Users.Stored(first.user(), false));
    }

    @Test
    void attributes_come_back_as_they_were_put_and_the_same_again_is_no_change() {
        var nested = Samples.object();
        var innermost = nested;
        for (int depth = 1; depth < 32; depth++) {
            innermost = innermost.putArray("z").addObject();
        }
        ObjectNode attributes =
                Samples.object()
                        .put("z", new BigDecimal("1E+308"))
                        .put("a", new BigDecimal("-1E-300"))
                        .put("one", new BigDecimal("1.0"))
                        .put("zeros", new BigDecimal("0.000"))
                        .put("long", new BigInteger("9".repeat(300)))
                        .put("digits", new BigDecimal("3." + "14".repeat(490)))
                        .put("", Samples.ODD_TEXT)
                        .set("deep", nested);
        var details = withAttributes(attributes);

        var stored = store().users().put(ada, details).user();

        var read = store().users().newest(ada).orElseThrow();
        // Equal trees may still differ in the order of their fields and in how a number is written.
        assertThat(stored.details().attributes()).hasToString(attributes.toString());
        assertThat(read.details().attributes()).hasToString(attributes.toString());
        assertThat(store().users().put(ada, read.details()).user()).isEqualTo(read);
        assertThat(store().users().putIfUnchanged(ada, details, read.version()))
                .hasValueSatisfying(again ->
                        assertThat(again.details().attributes())
                                .hasToString(attributes.toString()));
    }

    @Test
    void the_order_of_attributes_and_how_a_number_is_written_is_no_change() {
        var one = Samples.object().put("a", new BigDecimal("1E+2")).put("b", "x");
        var other = Samples.object().put("b", "x").put("a", 100);
        var first = store().users().put(ada, withAttributes(one)).user();

        assertThat(store().users().put(ada, withAttributes(other)).user())
                .hasToString(first.toString());
    }

    @Test
    void a_change_of_any_one_field_is_a_change() {
        var steps =
                List.of(
                        details("a@example.com", null, null, List.of(), null, null),
                        details(null, "+43512507", null, List.of(), null, null),
                        details(null, null, "https://example.com", List.of(), null, null),
                        details(
                                null,
                                null,
                                null,
                                List.of(new PushToken(PushProvider.FCM, "a")),
                                null,
                                null),
                        withAttributes(Samples.object().put("a", 1)),
                        withAttributes(Samples.object().put("a", new BigDecimal("1.01"))),
                        details(null, null, null, List.of(), "de", null),
                        details(null, null, null, List.of(), null, "Europe/Rome"));

        long version = store().users().put(ada, EMPTY).user().version();
        for (var step : steps) {
            assertThat(store().users().put(ada, step).user().version()).isEqualTo(++version);
        }
    }

    @Test
    void those_that_exist_are_found_each_with_its_own_tenant() {
        var bob = key("bob");
        var other = new UserKey(Samples.tenant(), new UserId("ada"));
        store().users().put(ada, EMPTY);
        store().users().put(bob, EMPTY);
        store().users().put(other, with("other@example.com"));

        var unknown = key("eve");
        var foreign = new UserKey(other.tenant(), new UserId("bob"));
        var found = store().users().contactPoints(List.of(ada, bob, other, unknown, foreign));

        assertThat(found).containsOnlyKeys(ada, bob, other);
        assertThat(found.values())
                .extracting(ContactPoints::email)
                .containsOnly(null, "other@example.com");
        assertThat(store().users().contactPoints(List.of())).isEmpty();
    }

    @Test
    void a_nul_character_is_left_out() {
        var details =
                new UserDetails(
                        "a\0b@example.com",
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        Samples.object().put("k\0ey", "v\0alue").put("back", "\\u0000"));

        var user = store().users().put(ada, details).user();

        assertThat(user.details().email()).isEqualTo("ab@example.com");
        assertThat(user.details().attributes())
                .isEqualTo(Samples.object().put("key", "value").put("back", "\\u0000"));
    }

    @Test
    void concurrent_puts_count_each_change_and_create_once() throws Exception {
        var tasks = new ArrayList<Callable<Users.Stored>>();
        for (int i = 0; i < 20; i++) {
            var details = with(i + "@example.com");
            tasks.add(() -> store().users().put(ada, details));
        }
        var stored = atTheSameTime(tasks);

        assertThat(stored.stream().filter(Users.Stored::created)).hasSize(1);
        var versions = stored.stream().map(each -> each.user().version()).sorted().toList();
        assertThat(versions).doesNotHaveDuplicates();
        assertThat(versions.getLast() - versions.getFirst()).isEqualTo(19);
    }

    @Test
    void what_was_seen_is_replaced_and_what_has_changed_since_is_not() {
        var seen = store().users().put(ada, EMPTY).user();
        store().clock().advance(Duration.ofHours(1));

        var changed = store().users().putIfUnchanged(ada, FULL, seen.version()).orElseThrow();

        assertThat(changed)
                .isEqualTo(
                        new User(
                                ada.user(),
                                FULL,
                                seen.version() + 1,
                                Store.START,
                                Store.START.plus(Duration.ofHours(1))));
        assertThat(store().users().putIfUnchanged(ada, EMPTY, seen.version())).isEmpty();
        assertThat(store().users().newest(ada)).contains(changed);
    }

    @Test
    void a_user_that_was_not_there_is_made_once() {
        var made = store().users().putIfUnchanged(ada, FULL, User.NO_VERSION);

        assertThat(made).isPresent();
        assertThat(store().users().putIfUnchanged(ada, EMPTY, User.NO_VERSION)).isEmpty();
        assertThat(store().users().newest(ada)).isEqualTo(made);
        assertThat(store().users().putIfUnchanged(key("eve"), EMPTY, made.get().version()))
                .isEmpty();
        assertThat(store().users().newest(key("eve"))).isEmpty();
    }

    @Test
    void of_those_who_have_seen_the_same_one_wins() throws Exception {
        var seen = store().users().put(ada, EMPTY).user();
        var tasks = new ArrayList<Callable<Optional<User>>>();
        for (int i = 0; i < 20; i++) {
            var details = with(i + "@example.com");
            tasks.add(() -> store().users().putIfUnchanged(ada, details, seen.version()));
        }

        var winners = atTheSameTime(tasks).stream().flatMap(Optional::stream).toList();

        assertThat(winners).hasSize(1);
        assertThat(store().users().newest(ada)).contains(winners.getFirst());
    }

    @Test
    void a_deleted_user_is_gone() {
        var other = new UserKey(Samples.tenant(), ada.user());
        var seen = store().users().put(ada, FULL).user();
        store().users().put(other, FULL);

        assertThat(store().users().delete(ada, seen.version())).isTrue();

        assertThat(store().users().contactPoints(List.of(ada, other))).containsOnlyKeys(other);
        assertThat(store().users().newest(ada)).isEmpty();
        assertThat(store().users().delete(ada, seen.version())).isFalse();
    }

    @Test
    void what_has_changed_since_is_not_deleted() {
        var seen = store().users().put(ada, EMPTY).user();
        store().users().put(ada, FULL);

        assertThat(store().users().delete(ada, seen.version())).isFalse();

        assertThat(store().users().newest(ada)).isPresent();
    }

    @Test
    void the_versions_of_a_deleted_user_do_not_come_again() {
        var first = store().users().put(ada, EMPTY).user();
        var second = store().users().put(ada, FULL).user();
        store().users().delete(ada, second.version());
        store().clock().advance(Duration.ofMillis(1));

        var again = store().users().put(ada, EMPTY);

        assertThat(again.created()).isTrue();
        assertThat(again.user().version()).isGreaterThan(second.version());
        assertThat(store().users().putIfUnchanged(ada, FULL, first.version())).isEmpty();
    }

    @Test
    void pages_of_all_users_hold_each_once_in_one_order() {
        var ids = List.of("a", "A", "ab", "b", "é", "10", "9", "z ", "/", "~");
        ids.forEach(id -> store().users().put(key(id), EMPTY));
        store().users().put(new UserKey(Samples.tenant(), new UserId("other")), EMPTY);
        var all = idsOf(store().users().list(tenant, null, 100));
        assertThat(all).containsExactlyInAnyOrderElementsOf(ids);

        var seen = new ArrayList<String>();
        var page = store().users().list(tenant, null, 3);
        while (!page.isEmpty()) {
            seen.addAll(idsOf(page));
            assertThat(seen).hasSizeLessThanOrEqualTo(all.size());
            page = store().users().list(tenant, page.getLast().id(), 3);
        }
        assertThat(seen).isEqualTo(all);
    }

    @Test
    void users_are_found_by_their_address_in_upper_or_lower_case() {
        store().users().put(key("1"), with("Ada@Example.com"));
        store().users().put(key("2"), with("ada@example.com"));
        store().users().put(key("3"), with("ada@example.org"));
        store().users().put(key("4"), EMPTY);
        store().users()
                .put(new UserKey(Samples.tenant(), new UserId("5")), with("ada@example.com"));

        var found = store().users().withEmail(tenant, "aDA@exaMPLE.com", null, 10);

        assertThat(idsOf(found)).containsExactly("1", "2");
        assertThat(found.getFirst().details().email()).isEqualTo("Ada@Example.com");
        assertThat(idsOf(store().users().withEmail(tenant, "ada@example.com", new UserId("1"), 10)))
                .containsExactly("2");
        assertThat(store().users().withEmail(tenant, "ada@example.com", null, 1)).hasSize(1);
        assertThat(store().users().withEmail(tenant, "%", null, 10)).isEmpty();
    }

    private static <T> List<T> atTheSameTime(List<Callable<T>> tasks) throws Exception {
        var results = new ArrayList<T>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
        }
        return results;
    }

    private static UserDetails with(String email) {
        return Samples.userWith(email);
    }

    private static UserDetails withAttributes(ObjectNode attributes) {
        return new UserDetails(null, null, null, List.of(), null, null, attributes);
    }

    private static UserDetails details(
            @Nullable String email,
            @Nullable String phone,
            @Nullable String webhookUrl,
            List<PushToken> pushTokens,
            @Nullable String locale,
            @Nullable String timezone) {
        return new UserDetails(
                email, phone, webhookUrl, pushTokens, locale, timezone, Samples.object());
    }

    private static List<String> idsOf(List<User> users) {
        return users.stream().map(user -> user.id().value()).toList();
    }

    private UserKey key(String id) {
        return new UserKey(tenant, new UserId(id));
    }
}
