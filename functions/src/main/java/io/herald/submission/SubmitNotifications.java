package io.herald.submission;

import static java.util.stream.Collectors.toSet;

import io.herald.audience.User;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.category.Category;
import io.herald.concurrent.Concurrently;
import io.herald.fault.Faults;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.NotificationIds;
import io.herald.notification.TenantId;
import io.herald.outbox.Outbox;
import io.herald.outbox.Publisher;
import io.herald.template.Template;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts the notifications of one call: holds them against users and templates, stores what is
 * right in one transaction together with an outbox row, and publishes it at once where Kafka
 * answers in time. When this returns, what was accepted is durable; what could not be published is
 * relayed later.
 */
public final class SubmitNotifications {

    /** How many notifications one call may make, after channels are counted. */
    public static final int MAX_NOTIFICATIONS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(SubmitNotifications.class);

    private final Users users;
    private final Templates templates;
    private final Notifications notifications;
    private final Outbox outbox;
    private final Publisher publisher;
    private final NotificationIds ids;
    private final Duration publishBudget;

    /**
     * @param publishBudget the longest a call waits for Kafka
     */
    public SubmitNotifications(
            Users users,
            Templates templates,
            Notifications notifications,
            Outbox outbox,
            Publisher publisher,
            NotificationIds ids,
            Duration publishBudget) {
        this.users = users;
        this.templates = templates;
        this.notifications = notifications;
        this.outbox = outbox;
        this.publisher = publisher;
        this.ids = ids;
        this.publishBudget = publishBudget;
    }

    /**
     * @param requests 1 or more, with at most {@link #MAX_NOTIFICATIONS} channels in all
     * @param traceparent W3C Trace Context of the call, or null
     * @return a result for each request, in their order
     */
    public List<ItemResult> submit(
            TenantId tenant, List<MessageRequest> requests, @Nullable String traceparent) {
        var userKeys =
                requests.stream()
                        .map(request -> new UserKey(tenant, request.user()))
                        .collect(toSet());
        var templateKeys =
                requests.stream()
                        .map(request -> new TemplateKey(tenant, request.template()))
                        .collect(toSet());
        var known =
                Concurrently.both(() -> users.find(userKeys), () -> templates.newest(templateKeys));

        var problems = new ArrayList<List<FieldProblem>>(requests.size());
        int count = 0;
        for (var request : requests) {
            var found = problemsOf(tenant, request, known.first(), known.second());
            problems.add(found);
            count += found.isEmpty() ? request.channels().size() : 0;
        }
        var unused =
                count == 0
                        ? List.<NotificationId>of().iterator()
                        : ids.consecutive(count).iterator();

        var accepted = new ArrayList<Notification>(count);
        var results = new ArrayList<ItemResult>(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            var request = requests.get(i);
            var template = known.second().get(new TemplateKey(tenant, request.template()));
            if (template == null || !problems.get(i).isEmpty()) {
                results.add(new ItemResult.Rejected(problems.get(i)));
                continue;
            }
            var made = new ArrayList<Notification>(request.channels().size());
            for (var channel : request.channels()) {
                made.add(
                        notification(
                                tenant, request, channel, template, unused.next(), traceparent));
            }
            accepted.addAll(made);
            results.add(new ItemResult.Accepted(made));
        }
        if (!accepted.isEmpty()) {
            notifications.accept(accepted);
            publish(accepted);
        }
        return results;
    }

    private void publish(List<Notification> accepted) {
        var records = accepted.stream().map(Notification::asFirstRecord).toList();
        try {
            boolean all =
                    publisher.publish(records, publishBudget).stream()
                            .allMatch(result -> result instanceof Publisher.Result.Published);
            if (all) {
                outbox.deleteSubmission(accepted.getFirst().id());
            }
        } catch (RuntimeException e) {
            // They are stored and so is the outbox row: the relay publishes them. To say anything
            // but
            // "accepted" now would make the caller send them twice.
            LOG.warn("a submission stays in the outbox: {}", Faults.trace(e));
        }
    }

    private static List<FieldProblem> problemsOf(
            TenantId tenant,
            MessageRequest request,
            Map<UserKey, User> users,
            Map<TemplateKey, Template> templates) {
        var problems = new ArrayList<FieldProblem>();
        var user = users.get(new UserKey(tenant, request.user()));
        if (user == null) {
            problems.add(new FieldProblem("/userId", "no user has this id"));
        }
        var template = templates.get(new TemplateKey(tenant, request.template()));
        if (template == null) {
            problems.add(new FieldProblem("/template", "no template has this key"));
        }
        for (int i = 0; i < request.channels().size(); i++) {
            var channel = request.channels().get(i);
            if (template != null && !template.content().channels().contains(channel)) {
                problems.add(
                        new FieldProblem(
                                "/channels/" + i,
                                "the template has no content for " + channel.text()));
            }
            if (user != null && !user.isReachableBy(channel)) {
                problems.add(
                        new FieldProblem(
                                "/channels/" + i,
                                "the user has no " + User.contactPointOf(channel)));
            }
        }
        if (template != null) {
            template.content().requiredVariables().stream()
                    .sorted()
                    .filter(name -> !request.payload().hasNonNull(name))
                    .forEach(name ->
                            problems.add(
                                    new FieldProblem(
                                            "/payload/" + escape(name),
                                            "the template requires this variable")));
        }
        return problems;
    }

    private static Notification notification(
            TenantId tenant,
            MessageRequest request,
            Channel channel,
            Template template,
            NotificationId id,
            @Nullable String traceparent) {
        var category =
                request.category() != null
                        ? request.category()
                        : Category.of(template.content().category()).orElse(Category.TRANSACTIONAL);
        return new Notification(
                tenant,
                id,
                request.user(),
                channel,
                category.laneOf(channel),
                template.key(),
                template.version(),
                category.key(),
                category.guarantee(),
                request.payload(),
                request.metadata(),
                traceparent);
    }

    /** RFC 6901, section 3. */
    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
