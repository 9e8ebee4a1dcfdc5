package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What every {@link Tenants}, with its {@link Keys}, keeps to. */
public abstract class TenantsContract {
    private final Tenant acme = new Tenant(Samples.tenant(), "acme", "whsec_YWNtZQ==");
    private final KeyHash hash = new KeyHash("ab".repeat(32));

    protected abstract Store store();

    /** Revokes a key, for which there is no port yet. */
    protected abstract void revoke(KeyHash key);

    @Test
    void tenants_are_listed_by_name() {
        var zebra = new Tenant(Samples.tenant(), "zebra", "whsec_eg==");

        assertThat(store().tenants().create(zebra)).isTrue();
        assertThat(store().tenants().create(acme)).isTrue();

        assertThat(store().tenants().list()).containsExactly(acme, zebra);
    }

    @Test
    void a_name_is_taken_once() {
        store().tenants().create(acme);

        assertThat(store().tenants().create(new Tenant(Samples.tenant(), "acme", "whsec_eA==")))
                .isFalse();

        assertThat(store().tenants().list()).containsExactly(acme);
    }

    @Test
    void webhook_secrets_are_found_for_many_tenants() {
        store().tenants().create(acme);

        assertThat(store().tenants().webhookSecrets(List.of(acme.id(), Samples.tenant())))
                .isEqualTo(Map.of(acme.id(), "whsec_YWNtZQ=="));
        assertThat(store().tenants().webhookSecrets(List.of())).isEmpty();
    }

    @Test
    void a_key_opens_what_it_was_made_for() {
        store().tenants().create(acme);
        var forever = new Access(acme.id(), Set.of(Scope.SEND, Scope.READ), null);
        var expiring = new Access(acme.id(), Set.of(), Store.START.plusSeconds(60));
        var other = new KeyHash(HexFormat.of().formatHex(new byte[32]));

        store().tenants().addKey(hash, forever, "hk_...abcd");
        store().tenants().addKey(other, expiring, "hk_...0000");

        assertThat(store().keys().find(hash)).contains(forever);
        assertThat(store().keys().find(other)).contains(expiring);
    }

    @Test
    void an_unknown_key_opens_nothing() {
        assertThat(store().keys().find(hash)).isEmpty();
    }

    @Test
    void a_revoked_key_opens_nothing() {
        store().tenants().create(acme);
        store().tenants().addKey(hash, new Access(acme.id(), Set.of(Scope.SEND), null), "hk_");

        revoke(hash);

        assertThat(store().keys().find(hash)).isEmpty();
    }
}
