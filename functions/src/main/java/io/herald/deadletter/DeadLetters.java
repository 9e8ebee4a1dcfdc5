package io.herald.deadletter;

import io.herald.notification.TenantId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What Herald gave up on, kept with its cause. */
public interface DeadLetters {

    /**
     * Keeps records, in one transaction; one that is kept already, from an earlier delivery, stays.
     * Each belongs to the tenant whom its key names; to nobody where there is no such tenant.
     */
    void keep(List<UndecodableRecord> records);

    /**
     * What a list found.
     *
     * @param searchedTo where the search ended before it had found enough: what comes behind it was
     *     not looked at; null when nothing is left, or enough was found
     */
    record Found(List<DeadLetter> letters, @Nullable DeadLetterId searchedTo) {}

    /**
     * A tenant's dead letters, the newest id first. Looks at a bounded number of notifications,
     * however many there are, and so may find fewer than it was asked for.
     *
     * @param failedUntil only what has failed by then; null for all
     * @param before only those whose ids are smaller; null for the newest
     * @param limit how many are enough
     */
    Found list(
            TenantId tenant,
            DeadLetterFilter filter,
            @Nullable Instant failedUntil,
            @Nullable DeadLetterId before,
            int limit);

    /**
     * @param ids at most 1,000
     * @return those that are dead letters of this tenant, in no order
     */
    List<DeadLetter> find(TenantId tenant, Collection<DeadLetterId> ids);

    /**
     * The beginning of a record's value.
     *
     * @param bytes of which at most so many
     * @return empty also for a record of another tenant, and for one that was discarded
     */
    Optional<byte[]> value(TenantId tenant, DeadLetterId record, int bytes);

    /**
     * The records that belong to nobody, the newest first.
     *
     * @param before only those whose ids are smaller; null for the newest
     */
    List<KeptRecord> ofNobody(@Nullable DeadLetterId before, int limit);

    /**
     * Discards records that belong to nobody.
     *
     * @return how many were there to be discarded
     */
    int discardOfNobody(Collection<DeadLetterId> ids);
}
