package io.herald.submission;

import static java.util.Objects.requireNonNull;

import io.herald.audience.ContactPoints;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.category.Categories;
import io.herald.category.Category;
import io.herald.category.CategorySet;
import io.herald.concurrent.Concurrently;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.Timing;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import io.herald.template.Wording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The users, templates and categories that a submission names, and what its requests make of them.
 */
final class Preparation {
    private final TenantId tenant;
    private final @Nullable String traceparent;
    private final Map<UserKey, ContactPoints> users;
    private final Map<TemplateKey, Template> templates;
    private final CategorySet categories;
    private final Duration farthest;

    private Preparation(
            Submission submission,
            Map<UserKey, ContactPoints> users,
            Map<TemplateKey, Template> templates,
            CategorySet categories,
            Duration farthest) {
        this.tenant = submission.tenant();
        this.traceparent = submission.traceparent();
        this.users = users;
        this.templates = templates;
        this.categories = categories;
        this.farthest = farthest;
    }

    /**
     * Reads them all at once.
     *
     * @param farthest how far ahead a message may be scheduled
     */
    static Preparation of(
            Submission submission,
            Users users,
            Templates templates,
            Categories categories,
            Duration farthest) {
        var tenant = submission.tenant();
        var userKeys = new HashSet<UserKey>();
        var templateKeys = new HashSet<TemplateKey>();
        for (var request : submission.requests()) {
            if (request.addressee() instanceof Addressee.OfUser(var user)) {
                userKeys.add(new UserKey(tenant, user));
            }
            if (request.words() instanceof Words.OfTemplate(var key)) {
                templateKeys.add(new TemplateKey(tenant, key));
            }
        }
        var known =
                Concurrently.both(
                        () ->
                                Concurrently.both(
                                        () -> users.contactPoints(userKeys),
                                        () -> templates.newest(templateKeys)),
                        () -> categories.of(tenant));
        return new Preparation(
                submission,
                known.first().first(),
                known.first().second(),
                known.second(),
                farthest);
    }

    /**
     * @param ids as many as there are channels are taken
     * @param now when they are accepted
     */
    ItemResult prepare(MessageRequest request, Iterator<NotificationId> ids, Instant now) {
        var problems = new ArrayList<FieldProblem>();
        var user = user(request, problems);
        var content = content(request, problems);
        checkChannels(request, user.orElse(null), content, problems);
        var category = category(request, content, problems);
        checkVariables(request, content, problems);
        var timing = request.timing().seenAt(now);
        checkTiming(timing, now, problems);
        if (!request.wellFormed() || category == null || !problems.isEmpty()) {
            return new ItemResult.Rejected(problems);
        }
        return new ItemResult.Accepted(
                request.channels().values().stream()
                        .map(channel ->
                                notification(request, channel, category, timing, ids.next()))
                        .toList());
    }

    private @Nullable TemplateContent content(MessageRequest request, List<FieldProblem> problems) {
        return switch (request.words()) {
            case null -> null;
            case Words.Own(var content) -> content;
            case Words.OfTemplate(var key) -> {
                var template = templates.get(new TemplateKey(tenant, key));
                if (template == null) {
                    problems.add(new FieldProblem("/template", "no template has this key"));
                    yield null;
                }
                yield template.content();
            }
        };
    }

    private @Nullable Category category(
            MessageRequest request,
            @Nullable TemplateContent content,
            List<FieldProblem> problems) {
        var named = request.category();
        var key = named == null && content != null ? content.category() : named;
        // One that is not well formed may have tried to name another.
        if (key == null || (named == null && !request.wellFormed())) {
            return null;
        }
        var category = categories.find(key);
        if (category.isEmpty()) {
            problems.add(
                    named == null
                            // Deleted while the template was put; no guarantee of ours may be put
                            // in its place.
                            ? new FieldProblem("/template", "its category does not exist any more")
                            : new FieldProblem("/category", "no category has this key"));
        }
        return category.orElse(null);
    }

    /** Empty for a message to an address, too. */
    private Optional<ContactPoints> user(MessageRequest request, List<FieldProblem> problems) {
        if (!(request.addressee() instanceof Addressee.OfUser(var id))) {
            return Optional.empty();
        }
        var user = Optional.ofNullable(users.get(new UserKey(tenant, id)));
        if (user.isEmpty()) {
            problems.add(new FieldProblem("/userId", "no user has this id"));
        }
        return user;
    }

    private static void checkChannels(
            MessageRequest request,
            @Nullable ContactPoints user,
            @Nullable TemplateContent content,
            List<FieldProblem> problems) {
        for (var asked : request.channels().entrySet()) {
            var pointer = "/channels/" + asked.getKey();
            var channel = asked.getValue();
            if (content != null && !content.channels().contains(channel)) {
                var what = request.words() instanceof Words.Own ? "message" : "template";
                problems.add(
                        new FieldProblem(
                                pointer, "the " + what + " has no content for " + channel.text()));
            }
            if (user != null && !user.isReachableBy(channel)) {
                problems.add(
                        new FieldProblem(
                                pointer, "the user has no " + ContactPoints.nameOf(channel)));
            }
            if (request.addressee() instanceof Addressee.At(var contactPoints)
                    && !contactPoints.containsKey(channel)) {
                problems.add(
                        new FieldProblem(
                                pointer,
                                channel == Channel.INBOX
                                        ? "an inbox belongs to a user"
                                        : "to has no " + ContactPoints.nameOf(channel)));
            }
        }
    }

    private static void checkVariables(
            MessageRequest request,
            @Nullable TemplateContent content,
            List<FieldProblem> problems) {
        var payload = request.payload();
        if (content == null || payload == null) {
            return;
        }
        content.requiredVariables().stream()
                .sorted()
                .filter(name -> !payload.hasNonNull(name))
                .forEach(name ->
                        problems.add(
                                new FieldProblem(
                                        "/payload/" + escape(name),
                                        "the template requires this variable")));
    }

    private void checkTiming(Timing timing, Instant now, List<FieldProblem> problems) {
        var scheduledFor = timing.scheduledFor();
        var expiresAt = timing.expiresAt();
        if (scheduledFor != null && scheduledFor.isAfter(now.plus(farthest))) {
            problems.add(
                    new FieldProblem(
                            "/scheduledFor",
                            "must be at most " + farthest.toDays() + " days from now"));
        }
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            problems.add(new FieldProblem("/expiresAt", "must be later than now"));
        } else if (expiresAt != null && scheduledFor != null && !expiresAt.isAfter(scheduledFor)) {
            problems.add(new FieldProblem("/expiresAt", "must be later than scheduledFor"));
        }
    }

    private Notification notification(
            MessageRequest request,
            Channel channel,
            Category category,
            Timing timing,
            NotificationId id) {
        return new Notification(
                tenant,
                id,
                switch (requireNonNull(request.addressee())) {
                    case Addressee.OfUser(var user) -> new Recipient.OfUser(user);
                    case Addressee.At(var contactPoints) ->
                            new Recipient.At(requireNonNull(contactPoints.get(channel)));
                },
                channel,
                category.laneOf(channel),
                switch (requireNonNull(request.words())) {
                    case Words.OfTemplate(var key) -> {
                        var template = requireNonNull(templates.get(new TemplateKey(tenant, key)));
                        yield new Wording.OfTemplate(key, template.version());
                    }
                    case Words.Own(var content) -> new Wording.Own(content.only(channel));
                },
                category.key(),
                category.guarantee(),
                requireNonNull(request.payload()),
                request.metadata(),
                traceparent,
                timing);
    }

    /** RFC 6901, section 3. */
    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }
}
