package io.herald.audience;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** What every {@link Users} keeps to. */
public abstract class UsersContract {
    private static final UserDetails EMPTY =
            new UserDetails(null, null, null, null, Samples.object());

    private final TenantId tenant = Samples.tenant();
    private final UserKey ada = new UserKey(tenant, new UserId("ada"));

    protected abstract Store store();

    @Test
    void a_user_comes_back_as_it_was_put() {
        var attributes = Samples.object().put("odd", Samples.ODD_TEXT);
        attributes.put("exact", new BigDecimal("1.10")).putArray("tags").add(1).addNull();
        var details =
                new UserDetails(
                        "ada@example.com",
                        "https://example.com/hook",
                        "de-CH",
                        "Europe/Zurich",
                        attributes);

        var stored = store().users().put(ada, details);

        var user =
                new User(
                        ada.user(),
                        "ada@example.com",
                        "https://example.com/hook",
                        "de-CH",
                        "Europe/Zurich",
                        attributes,
                        1,
                        Store.START,
                        Store.START);
        assertThat(stored).isEqualTo(new Users.Stored(user, true));
        assertThat(store().users().find(List.of(ada))).isEqualTo(Map.of(ada, user));
    }

    @Test
    void putting_again_replaces_all_that_is_known() {
        store().users()
                .put(
                        ada,
                        new UserDetails(
                                "old@example.com", null, "de", null, Samples.object().put("a", 1)));
        store().clock().advance(Duration.ofHours(1));

        var stored =
                store().users()
                        .put(
                                ada,
                                new UserDetails(
                                        "new@example.com", null, null, null, Samples.object()));

        var expected =
                new User(
                        ada.user(),
                        "new@example.com",
                        null,
                        null,
                        null,
                        Samples.object(),
                        2,
                        Store.START,
                        Store.START.plus(Duration.ofHours(1)));
        assertThat(stored).isEqualTo(new Users.Stored(expected, false));
        assertThat(store().users().find(List.of(ada)).get(ada)).isEqualTo(expected);
    }

    @Test
    void putting_the_same_is_no_change() {
        var details =
                new UserDetails("a@example.com", null, null, null, Samples.object().put("a", 1));
        var first = store().users().put(ada, details);
        store().clock().advance(Duration.ofHours(1));

        assertThat(store().users().put(ada, details))
                .isEqualTo(new Users.Stored(first.user(), false));
    }

    @Test
    void those_that_exist_are_found_each_with_its_own_tenant() {
        var bob = new UserKey(tenant, new UserId("bob"));
        var other = new UserKey(Samples.tenant(), new UserId("ada"));
        store().users().put(ada, EMPTY);
        store().users().put(bob, EMPTY);
        store().users()
                .put(
                        other,
                        new UserDetails("other@example.com", null, null, null, Samples.object()));

        var unknown = new UserKey(tenant, new UserId("eve"));
        var foreign = new UserKey(other.tenant(), new UserId("bob"));
        var found = store().users().find(List.of(ada, bob, other, unknown, foreign));

        assertThat(found).containsOnlyKeys(ada, bob, other);
        assertThat(found.values()).extracting(User::email).containsOnly(null, "other@example.com");
        assertThat(store().users().find(List.of())).isEmpty();
    }

    @Test
    void a_nul_character_is_left_out() {
        var details =
                new UserDetails(
                        "a\0b@example.com",
                        null,
                        null,
                        null,
                        Samples.object().put("k\0ey", "v\0alue").put("back", "\\u0000"));

        var user = store().users().put(ada, details).user();

        assertThat(user.email()).isEqualTo("ab@example.com");
        assertThat(user.attributes())
                .isEqualTo(Samples.object().put("key", "value").put("back", "\\u0000"));
    }

    @Test
    void concurrent_puts_count_each_change_and_create_once() throws Exception {
        var tasks = new ArrayList<Callable<Users.Stored>>();
        for (int i = 0; i < 20; i++) {
            var details = new UserDetails(i + "@example.com", null, null, null, Samples.object());
            tasks.add(() -> store().users().put(ada, details));
        }
        var stored = new ArrayList<Users.Stored>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var result : threads.invokeAll(tasks)) {
                stored.add(result.get());
            }
        }

        assertThat(stored.stream().filter(Users.Stored::created)).hasSize(1);
        assertThat(stored.stream().map(each -> each.user().version()))
                .doesNotHaveDuplicates()
                .contains(1, 20);
    }
}
