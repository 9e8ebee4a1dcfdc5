package io.herald.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.herald.contract.Samples;
import io.herald.contract.Store;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every {@link Tenants} keeps to. */
public abstract class TenantsContract {
    private final Tenant acme = new Tenant(Samples.tenant(), "acme", "whsec_YWNtZQ==");

    protected abstract Store store();

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
}
