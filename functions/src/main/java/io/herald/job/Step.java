package io.herald.job;

import io.herald.notification.Transition;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a job does next: all of it together with the progress it makes, or nothing.
 *
 * @param events appended where they win their race, each to another notification
 * @param records undecodable ones of the job's tenant, to be discarded where that has not been done
 * @param processed how many things were taken up, those among them that are passed over
 * @param position where the step after this one begins; null when there is none
 */
public record Step(
        List<Transition> events, List<UUID> records, int processed, @Nullable String position) {
    public Step {
        events = List.copyOf(events);
        records = List.copyOf(records);
    }
}
