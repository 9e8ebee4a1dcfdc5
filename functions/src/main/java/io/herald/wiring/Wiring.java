package io.herald.wiring;

import io.herald.delivery.DeliverBatch;
import io.herald.maintenance.MakePartitions;
import io.herald.schedule.TickLoop;
import io.herald.tenant.AdministerTenants;
import java.util.Map;
import java.util.function.LongSupplier;

/** The only composition root. */
@SuppressWarnings("DoNotCallSuggester")
public final class Wiring implements AutoCloseable {
    private final Settings settings;

    public Wiring(Map<String, String> environment) {
        this.settings = Settings.parse(environment);
    }

    public DeliverBatch deliverBatch() {
        throw new UnsupportedOperationException(settings.toString());
    }

    public TickLoop tickLoop() {
        throw new UnsupportedOperationException();
    }

    public MakePartitions makePartitions() {
        throw new UnsupportedOperationException();
    }

    public AdministerTenants administerTenants() {
        throw new UnsupportedOperationException();
    }

    public void migrate() {
        throw new UnsupportedOperationException();
    }

    public LongSupplier nanoTime() {
        return System::nanoTime;
    }

    @Override
    public void close() {}
}
