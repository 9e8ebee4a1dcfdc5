package io.herald.submission;

import static java.util.Comparator.comparing;

import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.concurrent.Concurrently;
import io.herald.fault.Faults;
import io.herald.notification.Lane;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import io.herald.outbox.Congestion;
import io.herald.outbox.LaneShares;
import io.herald.outbox.Outbox;
import io.herald.outbox.Publisher;
import io.herald.outbox.Turn;
import io.herald.template.Templates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the notifications of one call: holds them against users, templates and categories, stores
 * what is right in one transaction together with an outbox row for each lane and the answers kept
 * under its idempotency keys, and publishes it at once where Kafka answers in time and the tenant
 * stays within its share of the lane. When this returns, what was accepted is durable; what was not
 * published is relayed later.
 */
public final class SubmitNotifications {
    /** How many notifications one call may make, after channels are counted. */
    public static final int MAX_NOTIFICATIONS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SubmitNotifications.class);
    // Each time somebody else has just executed one of the requests.
    private static final int TRIES = 5;

    private final Users users;
    private final Templates templates;
    private final Categories categories;
    private final Notifications notifications;
    private final KeptAnswers keptAnswers;
    private final Outbox outbox;
    private final Publisher publisher;
    private final Congestion congestion;
    private final LaneShares shares;
    private final NotificationIds ids;
    private final Duration publishBudget;
    private final Duration farthest;

    /**
     * @param shares of this environment
     * @param publishBudget the longest a call waits for Kafka
     * @param farthest how far ahead a message may be scheduled: not beyond what is kept
     */
    public SubmitNotifications(
            Users users,
            Templates templates,
            Categories categories,
            Notifications notifications,
            KeptAnswers keptAnswers,
            Outbox outbox,
            Publisher publisher,
            Congestion congestion,
            LaneShares shares,
            NotificationIds ids,
            Duration publishBudget,
            Duration farthest) {
        this.users = users;
        this.templates = templates;
        this.categories = categories;
        this.notifications = notifications;
        this.keptAnswers = keptAnswers;
        this.outbox = outbox;
        this.publisher = publisher;
        this.congestion = congestion;
        this.shares = shares;
        this.ids = ids;
        this.publishBudget = publishBudget;
        this.farthest = farthest;
    }

    /**
     * @param answers tells what was executed, for the keys that are kept
     */
    public SubmissionResult submit(Submission submission, Answers answers) {
        for (int tries = 0; tries < TRIES; tries++) {
            var result = execute(submission, answers);
            if (result.isPresent()) {
                return result.get();
            }
        }
        return new SubmissionResult.Busy();
    }

    /**
     * @return empty when one of the keys was taken in the meantime; nothing is stored then
     */
    private Optional<SubmissionResult> execute(Submission submission, Answers answers) {
        var keys = keysOf(submission);
        Map<IdempotencyKey, KeptAnswer> kept = Map.of();
        Preparation preparation;
        if (keys.isEmpty()) {
            preparation = Preparation.of(submission, users, templates, categories, farthest);
        } else {
            var known =
                    Concurrently.both(
                            () -> keptAnswers.find(submission.tenant(), keys),
                            () ->
                                    Preparation.of(
                                            submission, users, templates, categories, farthest));
            kept = known.first();
            preparation = known.second();
        }
        var whole = submission.keyed();
        var before = whole == null ? null : kept.get(whole.key());
        if (before != null) {
            return Optional.of(
                    before.request().equals(whole)
                            ? new SubmissionResult.Replayed(before.answer())
                            : new SubmissionResult.KeyReused());
        }
        var items = items(submission, preparation, kept, answers);
        return switch (store(submission, items, answers)) {
            case STORED -> Optional.of(new SubmissionResult.Done(items));
            case KEY_TAKEN -> Optional.empty();
            // This has waited for long.
            case KEY_BUSY -> Optional.of(new SubmissionResult.Busy());
        };
    }

    private static List<IdempotencyKey> keysOf(Submission submission) {
        return Stream.concat(
                        Stream.ofNullable(submission.keyed()),
                        submission.requests().stream()
                                .map(MessageRequest::keyed)
                                .filter(Objects::nonNull))
                .map(KeyedRequest::key)
                .distinct()
                .toList();
    }

    private List<ItemResult> items(
            Submission submission,
            Preparation preparation,
            Map<IdempotencyKey, KeptAnswer> kept,
            Answers answers) {
        var requests = submission.requests();
        int count = requests.stream().mapToInt(request -> request.channels().size()).sum();
        var unused = new UnusedIds(requests, ids.consecutive(Math.max(1, count)));
        var items = new ArrayList<ItemResult>(requests.size());
        var met = new HashMap<IdempotencyKey, Integer>();
        for (var request : requests) {
            var keyed = request.keyed();
            if (keyed == null) {
                items.add(preparation.prepare(request, unused.of(request), unused.now));
                continue;
            }
            var before = kept.get(keyed.key());
            var twin = met.get(keyed.key());
            if (before != null) {
                items.add(
                        before.request().equals(keyed)
                                ? new ItemResult.Replayed(before.answer())
                                : new ItemResult.KeyReused());
            } else if (twin != null) {
                items.add(
                        keyed.equals(requests.get(twin).keyed())
                                ? repeated(items.get(twin), answers)
                                : new ItemResult.KeyReused());
            } else {
                var item = preparation.prepare(request, unused.of(request), unused.now);
                if (item instanceof ItemResult.Accepted) {
                    met.put(keyed.key(), items.size());
                }
                items.add(item);
            }
        }
        return items;
    }

    /**
     * What is for later gets the last ones, so that an outbox row of what is sent at once has
     * nothing of its lane that is for later between its first and its last.
     */
    private static final class UnusedIds {
        private final Instant now;
        private final Iterator<NotificationId> atOnce;
        private final Iterator<NotificationId> later;

        UnusedIds(List<MessageRequest> requests, List<NotificationId> ids) {
            now = ids.getFirst().acceptedAt();
            int first =
                    requests.stream()
                            .filter(request -> !isForLater(request))
                            .mapToInt(request -> request.channels().size())
                            .sum();
            atOnce = ids.subList(0, first).iterator();
            later = ids.subList(first, ids.size()).iterator();
        }

        Iterator<NotificationId> of(MessageRequest request) {
            return isForLater(request) ? later : atOnce;
        }

        private boolean isForLater(MessageRequest request) {
            return request.timing().seenAt(now).scheduledFor() != null;
        }
    }

    /** The same message a second time in one submission. */
    private static ItemResult repeated(ItemResult first, Answers answers) {
        return switch (first) {
            case ItemResult.Accepted(var notifications) ->
                    new ItemResult.Replayed(answers.ofMessage(notifications));
            case ItemResult.Replayed replayed -> replayed;
            case ItemResult.KeyReused reused -> reused;
            case ItemResult.Rejected rejected -> rejected;
        };
    }

    private Notifications.Once store(
            Submission submission, List<ItemResult> items, Answers answers) {
        var accepted = new ArrayList<Notification>();
        var toKeep = new ArrayList<KeptAnswer>();
        boolean executed = false;
        for (int i = 0; i < items.size(); i++) {
            switch (items.get(i)) {
                case ItemResult.Accepted(var made) -> {
                    executed = true;
                    accepted.addAll(made);
                    var keyed = submission.requests().get(i).keyed();
                    if (keyed != null) {
                        toKeep.add(new KeptAnswer(keyed, answers.ofMessage(made)));
                    }
                }
                case ItemResult.Replayed _ -> executed = true;
                case ItemResult.KeyReused _, ItemResult.Rejected _ -> {}
            }
        }
        accepted.sort(comparing(Notification::id));
        var whole = submission.keyed();
        if (whole != null && executed) {
            toKeep.add(new KeptAnswer(whole, answers.ofSubmission(items)));
        }
        var atOnce = new EnumMap<Lane, List<Notification>>(Lane.class);
        accepted.stream()
                .filter(one -> one.scheduling().isEmpty())
                .forEach(
                        one -> atOnce.computeIfAbsent(one.lane(), _ -> new ArrayList<>()).add(one));
        var turns = turns(submission.tenant(), atOnce);
        if (!toKeep.isEmpty()) {
            var once = notifications.acceptOnce(submission.tenant(), accepted, turns, toKeep);
            if (once != Notifications.Once.STORED) {
                return once;
            }
        } else if (!accepted.isEmpty()) {
            notifications.accept(accepted, turns);
        }
        turns.forEach((lane, turn) -> {
            if (turn.held()) {
                atOnce.remove(lane);
            }
        });
        if (!atOnce.isEmpty()) {
            publish(atOnce.values());
        }
        return Notifications.Once.STORED;
    }

    private Map<Lane, Turn> turns(TenantId tenant, Map<Lane, List<Notification>> atOnce) {
        var turns = new EnumMap<Lane, Turn>(Lane.class);
        if (!atOnce.isEmpty()) {
            var congested = congestion.congested();
            // While Kafka is away all that comes waits for the relay, a flood and the rest alike.
            boolean away = !publisher.isAvailable();
            atOnce.forEach((lane, some) ->
                    turns.put(
                            lane,
                            shares.take(
                                    tenant, lane, some.size(), away || congested.contains(lane))));
        }
        return turns;
    }

    private void publish(Collection<List<Notification>> lanes) {
        var records =
                lanes.stream().flatMap(List::stream).map(Notification::asFirstRecord).toList();
        try {
            var results = publisher.publish(records, publishBudget).iterator();
            var published = new ArrayList<NotificationId>();
            for (var lane : lanes) {
                boolean all = true;
                for (int i = 0; i < lane.size(); i++) {
                    all &= results.next() instanceof Publisher.Result.Published;
                }
                if (all) {
                    published.add(lane.getFirst().id());
                }
            }
            if (!published.isEmpty()) {
                outbox.deleteSubmissions(published);
            }
        } catch (RuntimeException e) {
            // They are stored and so is the outbox row: the relay publishes them. To say anything
            // but "accepted" now would make the caller send them twice.
            LOG.warn("a submission stays in the outbox: {}", Faults.trace(e));
        }
    }
}
