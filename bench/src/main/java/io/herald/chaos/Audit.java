package io.herald.chaos;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import io.herald.notification.NotificationId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Holds the providers' own record against what was answered, and against what Herald says of it.
 * Believes Herald nothing that the record does not bear out.
 */
final class Audit {
    private static final int EXAMPLES = 20;

    private final Map<NotificationId, List<Taking>> taken;
    private final Map<NotificationId, Story> stories;
    private final Map<NotificationId, Long> published;
    private final List<String> examples = new ArrayList<>();

    private long delivered;
    private long dead;
    private long unknown;
    private long cancelled;
    private long lost;
    private long duplicates;
    private long unexplainedDuplicates;
    private long sentAfterCancel;
    private long outOfOrder;
    private long tooEarly;
    private long unexplained;

    private Audit(
            Collection<Taking> taken,
            Map<NotificationId, Story> stories,
            Map<NotificationId, Long> published) {
        this.published = published;
        this.taken = taken.stream().collect(groupingBy(Taking::notification));
        this.stories = stories;
    }

    /**
     * @param taken the providers' record
     * @param stories what Herald says of each
     * @param published the first offset of each in its partition, which a person and a lane have
     *     one of
     * @param damage what was broken; only passed on
     */
    static ChaosReport of(
            Collection<Promise> promises,
            Collection<Taking> taken,
            Map<NotificationId, Story> stories,
            Map<NotificationId, Long> published,
            Damage damage) {
        var audit = new Audit(taken, stories, published);
        promises.forEach(audit::look);
        audit.lookForOthers(promises);
        promises.stream()
                .filter(promise -> published.containsKey(promise.id()))
                .collect(groupingBy(promise -> List.of(promise.person(), promise.lane())))
                .values()
                .forEach(audit::lookAtOrder);
        return new ChaosReport(
                promises.size(),
                audit.delivered,
                audit.dead,
                audit.unknown,
                audit.cancelled,
                audit.lost,
                audit.duplicates,
                audit.unexplainedDuplicates,
                audit.sentAfterCancel,
                audit.outOfOrder,
                audit.tooEarly,
                audit.unexplained,
                damage,
                audit.examples);
    }

    private void look(Promise promise) {
        var story = story(promise);
        var takings = takings(promise);
        boolean arrived = !takings.isEmpty() || story.inFeed();
        switch (story.status()) {
            case SENT, DELIVERED, BOUNCED -> {
                if (arrived) {
                    delivered++;
                } else {
                    unexplained++;
                    example(promise, "is said to be sent, and no provider has it");
                }
            }
            case FAILED, SUPPRESSED, EXPIRED -> {
                dead++;
                if (story.events().getLast().reason() == null) {
                    unexplained++;
                    example(promise, "is dead without a cause");
                }
            }
            case UNKNOWN -> unknown++;
            case CANCELLED -> cancelled++;
            case PENDING, SCHEDULED, SENDING, RETRYING -> {
                lost++;
                example(promise, "never came to an end");
            }
        }
        if (promise.cancelled() != null && arrived) {
            sentAfterCancel++;
            example(promise, "was sent, though its cancel was confirmed");
        }
        var notBefore = promise.notBefore();
        if (notBefore != null
                && takings.stream().anyMatch(taking -> taking.at().isBefore(notBefore))) {
            tooEarly++;
            example(promise, "was sent before " + notBefore);
        }
        lookAtDuplicates(promise, story, takings);
    }

    /** A call that was made again, since its answer was lost, must not be carried out twice. */
    private void lookForOthers(Collection<Promise> promises) {
        var promised = promises.stream().map(Promise::id).collect(toSet());
        Stream.concat(taken.keySet().stream(), stories.keySet().stream())
                .distinct()
                .filter(id -> !promised.contains(id))
                .forEach(id -> {
                    unexplained++;
                    example(id + " was made, and no call was told of it");
                });
    }

    private void lookAtDuplicates(Promise promise, Story story, List<Taking> takings) {
        if (takings.size() < 2) {
            return;
        }
        duplicates++;
        if (promise.once()) {
            unexplainedDuplicates++;
            example(promise, "was handed over twice, though at most once was asked for");
            return;
        }
        if (takings.stream().map(Taking::key).distinct().count() > 1) {
            unexplainedDuplicates++;
            example(promise, "was handed over under two idempotency keys");
            return;
        }
        if (!explained(story, takings)) {
            unexplainedDuplicates++;
            example(promise, "was handed over again without a lost answer before");
        }
    }

    /** Whether each is an attempt of its own, and the answers of all but the last were lost. */
    private static boolean explained(Story story, List<Taking> takings) {
        // By attempt and not by time: a frozen worker may hand an attempt over that was given up
        // long ago.
        var attempts =
                takings.stream().map(Taking::attempt).filter(Objects::nonNull).sorted().toList();
        if (attempts.isEmpty()) {
            return takings.size() <= story.claimed() && takings.size() <= story.lost() + 1;
        }
        return Set.copyOf(attempts).size() == takings.size()
                && attempts.subList(0, attempts.size() - 1).stream().allMatch(story::lost);
    }

    /** Of one person on one lane. */
    private void lookAtOrder(List<Promise> promises) {
        var inTurn =
                promises.stream()
                        .sorted(comparingLong(promise -> published.getOrDefault(promise.id(), 0L)))
                        .toList();
        long earliestOfLater = Long.MAX_VALUE;
        for (var promise : inTurn.reversed()) {
            var takings = takings(promise);
            if (takings.isEmpty()) {
                continue;
            }
            long first = takings.stream().mapToLong(Taking::position).min().orElseThrow();
            if (first > earliestOfLater && !story(promise).tookDetour()) {
                outOfOrder++;
                example(promise, "was overtaken");
            }
            earliestOfLater = Math.min(earliestOfLater, first);
        }
    }

    private List<Taking> takings(Promise promise) {
        return taken.getOrDefault(promise.id(), List.of());
    }

    private Story story(Promise promise) {
        return stories.getOrDefault(promise.id(), Story.NONE);
    }

    private void example(Promise promise, String what) {
        example(
                "%s for %s on %s %s; %s, taken %s"
                        .formatted(
                                promise.id(),
                                promise.person(),
                                promise.lane(),
                                what,
                                story(promise).events().stream()
                                        .map(event -> event.kind() + "/" + event.attempt())
                                        .toList(),
                                takings(promise).stream().map(Taking::attempt).toList()));
    }

    private void example(String what) {
        if (examples.size() < EXAMPLES) {
            examples.add(what);
        }
    }
}
