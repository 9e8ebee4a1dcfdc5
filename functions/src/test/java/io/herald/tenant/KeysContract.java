package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import io.herald.notification.NotificationIds;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Keys} and the {@link IssuedKeys} beside it keep to. */
public abstract class KeysContract {
    private final Tenant acme = new Tenant(Samples.tenant(), "acme", "whsec_YWNtZQ==");
    private final Tenant other = new Tenant(Samples.tenant(), "other", "whsec_YWNtZQ==");
    private final Random random = new Random(5);

    protected abstract Store store();

    @BeforeEach
    void make_tenants() {
        store().tenants().create(acme);
        store().tenants().create(other);
    }

    @Test
    void a_key_opens_what_it_was_made_for() {
        var forever = issue(acme, Set.of(Scope.SEND, Scope.READ), null);
        var expiring = issue(acme, Set.of(), Store.START.plusSeconds(60));

        assertThat(store().keys().find(forever.hash())).contains(forever.access());
        assertThat(store().keys().find(expiring.hash())).contains(expiring.access());
    }

    @Test
    void an_unknown_key_opens_nothing() {
        assertThat(store().keys().find(ApiKey.make(random).hash())).isEmpty();
    }

    @Test
    void a_tenants_keys_are_listed_in_the_order_they_were_made() {
        var first = issue(acme, EnumSet.allOf(Scope.class), null);
        var second = issue(acme, Set.of(Scope.READ), Store.START.plusSeconds(60));
        issue(other, Set.of(Scope.READ), null);

        assertThat(store().issuedKeys().list(acme.id())).containsExactly(first, second);
        assertThat(store().issuedKeys().list(Samples.tenant())).isEmpty();
    }

    @Test
    void a_revoked_key_opens_nothing_and_is_still_listed() {
        var key = issue(acme, Set.of(Scope.SEND), null);
        store().clock().advance(Duration.ofHours(1));
        var revokedAt = store().clock().instant();

        var revoked = store().issuedKeys().revoke(acme.id(), key.id()).orElseThrow();

        assertThat(revoked.revokedAt()).isEqualTo(revokedAt);
        assertThat(revoked.hash()).isEqualTo(key.hash());
        assertThat(store().keys().find(key.hash())).isEmpty();
        assertThat(store().issuedKeys().list(acme.id())).containsExactly(revoked);
    }

    @Test
    void a_key_is_revoked_once() {
        var key = issue(acme, Set.of(Scope.SEND), null);
        var revoked = store().issuedKeys().revoke(acme.id(), key.id());
        store().clock().advance(Duration.ofHours(1));

        assertThat(store().issuedKeys().revoke(acme.id(), key.id())).isEqualTo(revoked);
    }

    @Test
    void a_key_is_revoked_by_its_own_tenant_only() {
        var key = issue(acme, Set.of(Scope.SEND), null);

        assertThat(store().issuedKeys().revoke(other.id(), key.id())).isEmpty();

        assertThat(store().keys().find(key.hash())).contains(key.access());
        assertThat(store().issuedKeys().list(acme.id())).isEqualTo(List.of(key));
    }

    private IssuedKey issue(Tenant tenant, Set<Scope> scopes, @Nullable Instant expiresAt) {
        store().clock().advance(Duration.ofMillis(1));
        var ids = new NotificationIds(store().clock(), random);
        var key = ApiKey.make(random);
        var issued =
                new IssuedKey(
                        new KeyId(ids.consecutive(1).getFirst().value()),
                        key.hash(),
                        key.hint(),
                        new Access(tenant.id(), scopes, expiresAt),
                        store().clock().instant(),
                        null);
        store().issuedKeys().add(issued);
        return issued;
    }
}
