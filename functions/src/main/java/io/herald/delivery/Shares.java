package io.herald.delivery;

import static java.util.Objects.requireNonNull;

import io.herald.concurrent.Deadline;
import io.herald.notification.TenantId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Shares out the calls and the time of one hand-over. While several tenants have messages left,
 * each has an equal part of the calls that may be under way, and each of its destinations an equal
 * part of those; one at least. What is left over when the others are through is for who remains.
 * And no call of a tenant begins when its first one began longer ago than a call may take.
 */
final class Shares {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<TenantId, Share> tenants = new HashMap<>();
    private final Map<Destination, Share> destinations = new HashMap<>();
    private final int parallel;
    private final Duration budget;
    private final Deadline deadline;
    private int underWay;

    private static final class Share {
        private int messages;
        private int destinations;
        private int underWay;
        // What was left until the deadline when the first call began.
        private @Nullable Duration atFirst;
    }

    /**
     * @param drafts all that are to be handed over
     * @param parallel how many calls may be under way in all
     * @param budget how long a tenant may begin calls
     * @param deadline whose clock is used
     */
    Shares(Collection<Draft> drafts, int parallel, Duration budget, Deadline deadline) {
        this.parallel = parallel;
        this.budget = budget;
        this.deadline = deadline;
        for (var draft : drafts) {
            var destination = draft.destination();
            var tenant = tenants.computeIfAbsent(destination.tenant(), _ -> new Share());
            tenant.messages++;
            if (destinations.computeIfAbsent(destination, _ -> new Share()).messages++ == 0) {
                tenant.destinations++;
            }
        }
    }

    /**
     * Waits for its turn. Each draft begins or is {@link #skip skipped}, once.
     *
     * @return whether there is time for it; then {@link #end} is to be called, else nothing
     */
    boolean begin(Destination destination) {
        lock.lock();
        try {
            var tenant = tenantOf(destination);
            var share = shareOf(destination);
            while (true) {
                if (tenant.atFirst != null
                        && tenant.atFirst.minus(deadline.remaining()).compareTo(budget) >= 0) {
                    left(tenant, share);
                    return false;
                }
                if (isTurnOf(tenant, share)) {
                    if (tenant.atFirst == null) {
                        tenant.atFirst = deadline.remaining();
                    }
                    underWay++;
                    tenant.underWay++;
                    share.underWay++;
                    return true;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    void end(Destination destination) {
        lock.lock();
        try {
            var tenant = tenantOf(destination);
            var share = shareOf(destination);
            underWay--;
            tenant.underWay--;
            share.underWay--;
            left(tenant, share);
        } finally {
            lock.unlock();
        }
    }

    /** One that is not going to begin. */
    void skip(Destination destination) {
        lock.lock();
        try {
            left(tenantOf(destination), shareOf(destination));
        } finally {
            lock.unlock();
        }
    }

    private boolean isTurnOf(Share tenant, Share share) {
        int ofTenant = partOf(parallel, tenants.size());
        return underWay < parallel
                && tenant.underWay < ofTenant
                && share.underWay < partOf(ofTenant, tenant.destinations);
    }

    private static int partOf(int calls, int parts) {
        return Math.max(1, calls / Math.max(1, parts));
    }

    private void left(Share tenant, Share share) {
        if (--share.messages == 0) {
            tenant.destinations--;
        }
        if (--tenant.messages == 0) {
            tenants.values().remove(tenant);
        }
        changed.signalAll();
    }

    private Share tenantOf(Destination destination) {
        return requireNonNull(tenants.get(destination.tenant()));
    }

    private Share shareOf(Destination destination) {
        return requireNonNull(destinations.get(destination));
    }
}
