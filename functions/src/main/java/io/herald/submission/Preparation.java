package io.herald.submission;

import static java.util.stream.Collectors.toSet;

import io.herald.audience.User;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.category.Category;
import io.herald.concurrent.Concurrently;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.TenantId;
import io.herald.template.Template;
import io.herald.template.TemplateKey;
import io.herald.template.Templates;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The users and templates that a submission names, and what its requests make of them. */
final class Preparation {
    private final TenantId tenant;
    private final @Nullable String traceparent;
    private final Map<UserKey, User> users;
    private final Map<TemplateKey, Template> templates;

    private Preparation(
            Submission submission, Map<UserKey, User> users, Map<TemplateKey, Template> templates) {
        this.tenant = submission.tenant();
        this.traceparent = submission.traceparent();
        this.users = users;
        this.templates = templates;
    }

    /** Reads them all at once. */
    static Preparation of(Submission submission, Users users, Templates templates) {
        var tenant = submission.tenant();
        var userKeys =
                submission.requests().stream()
                        .map(request -> new UserKey(tenant, request.user()))
                        .collect(toSet());
        var templateKeys =
                submission.requests().stream()
                        .map(request -> new TemplateKey(tenant, request.template()))
                        .collect(toSet());
        var known =
                Concurrently.both(() -> users.find(userKeys), () -> templates.newest(templateKeys));
        return new Preparation(submission, known.first(), known.second());
    }

    /**
     * @param ids as many as there are channels are taken
     */
    ItemResult prepare(MessageRequest request, Iterator<NotificationId> ids) {
        var user = users.get(new UserKey(tenant, request.user()));
        var template = templates.get(new TemplateKey(tenant, request.template()));
        var problems = problemsOf(request, user, template);
        if (template == null || !problems.isEmpty()) {
            return new ItemResult.Rejected(problems);
        }
        return new ItemResult.Accepted(
                request.channels().stream()
                        .map(channel -> notification(request, channel, template, ids.next()))
                        .toList());
    }

    private static List<FieldProblem> problemsOf(
            MessageRequest request, @Nullable User user, @Nullable Template template) {
        var problems = new ArrayList<FieldProblem>();
        if (user == null) {
            problems.add(new FieldProblem("/userId", "no user has this id"));
        }
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

    private Notification notification(
            MessageRequest request, Channel channel, Template template, NotificationId id) {
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
