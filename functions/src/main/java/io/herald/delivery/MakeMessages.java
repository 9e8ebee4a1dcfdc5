package io.herald.delivery;

import static java.util.stream.Collectors.toSet;

import io.herald.audience.ContactPoints;
import io.herald.audience.UserKey;
import io.herald.audience.Users;
import io.herald.concurrent.Concurrently;
import io.herald.events.DispatchRecord;
import io.herald.notification.Channel;
import io.herald.notification.NotificationId;
import io.herald.notification.Reason;
import io.herald.notification.Recipient;
import io.herald.notification.TenantId;
import io.herald.notification.UserId;
import io.herald.template.ContentDocument;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.Template;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateException;
import io.herald.template.TemplateVersion;
import io.herald.template.Templates;
import io.herald.tenant.Tenants;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns records into messages: who they go to, as known now, and what they say, as pinned then.
 *
 * <p>What they say is made later, one at a time. So a tenant's expensive templates cost the others
 * little: at the renderer's limits a message takes a few milliseconds, and about 0.15 s at worst on
 * the part of a core that a lane's memory buys. A batch has 100 records, so even if all are of the
 * worst kind they take 15 s of a lease of 30 s. What that leaves no time for is not handed over,
 * which counts as no attempt. And a provider's answer to somebody else waits for one of them at
 * most, not for all that are ready: virtual threads do not take the processor from each other.
 */
public final class MakeMessages {

    /** What a record became. */
    sealed interface Result {
        record Made(Draft draft) implements Result {}

        record Impossible(Reason reason) implements Result {}
    }

    /** What a batch needs, read with one round trip for each kind. */
    record Background(
            Map<UserKey, ContactPoints> users,
            Map<TemplateVersion, Template> templates,
            Map<TenantId, String> secrets) {}

    private final Users users;
    private final Templates templates;
    private final Tenants tenants;
    private final Renderer renderer;
    private final ReentrantLock rendering = new ReentrantLock();

    public MakeMessages(Users users, Templates templates, Tenants tenants, Renderer renderer) {
        this.users = users;
        this.templates = templates;
        this.tenants = tenants;
        this.renderer = renderer;
    }

    Background read(Collection<DispatchRecord> records) {
        var userKeys = records.stream().flatMap(record -> userOf(record).stream()).collect(toSet());
        var versions =
                records.stream().flatMap(record -> templateOf(record).stream()).collect(toSet());
        var signing =
                records.stream()
                        .filter(record -> Channel.WEBHOOK.text().equals(record.channel()))
                        .map(record -> new TenantId(record.tenant()))
                        .collect(toSet());
        var found =
                Concurrently.both(
                        () -> users.contactPoints(userKeys),
                        () ->
                                Concurrently.both(
                                        () -> templates.find(versions),
                                        () ->
                                                signing.isEmpty()
                                                        ? Map.<TenantId, String>of()
                                                        : tenants.webhookSecrets(signing)));
        return new Background(found.first(), found.second().first(), found.second().second());
    }

    Result make(DispatchRecord record, int attempt, Channel channel, Background background) {
        var known = userOf(record).map(background.users()::get);
        if (known.isEmpty() && record.userId() != null) {
            return new Result.Impossible(
                    new Reason("user_gone", "The user does not exist any more."));
        }
        var content = contentOf(record, background);
        if (content.isEmpty()) {
            return new Result.Impossible(
                    new Reason("template_gone", "The template's version does not exist any more."));
        }
        return draft(record, attempt, channel, known.orElse(null), content.get(), background);
    }

    private static Optional<Supplier<TemplateContent>> contentOf(
            DispatchRecord record, Background background) {
        var own = record.content();
        // Its category has been decided on, and nothing asks for it any more.
        return own != null
                ? Optional.of(() -> ContentDocument.read(own, ""))
                : templateOf(record)
                        .map(background.templates()::get)
                        .map(template -> template::content);
    }

    /**
     * @param known of the user; null for a record that says itself where it goes
     */
    private Result draft(
            DispatchRecord record,
            int attempt,
            Channel channel,
            @Nullable ContactPoints known,
            Supplier<TemplateContent> content,
            Background background) {
        var id = new NotificationId(record.id());
        var tenant = new TenantId(record.tenant());
        return switch (channel) {
            case EMAIL -> {
                var address = known == null ? record.to() : known.email();
                if (address == null) {
                    yield unreachable(channel);
                }
                var recipient = recipient(record, address);
                yield made(
                        new Draft(
                                id,
                                Destination.of(tenant),
                                recipient,
                                () ->
                                        new Message.Email(
                                                id,
                                                attempt,
                                                tenant,
                                                recipient,
                                                address,
                                                (RenderedMessage.Email)
                                                        render(content, channel, record))));
            }
            case WEBHOOK -> {
                var url = known == null ? record.to() : known.webhookUrl();
                var secret = background.secrets().get(tenant);
                if (url == null || secret == null) {
                    yield unreachable(channel);
                }
                var recipient = recipient(record, url);
                yield made(
                        new Draft(
                                id,
                                Destination.of(tenant, url),
                                recipient,
                                () ->
                                        new Message.Webhook(
                                                id,
                                                tenant,
                                                recipient,
                                                url,
                                                secret,
                                                record.template(),
                                                (RenderedMessage.Webhook)
                                                        render(content, channel, record),
                                                record.payload(),
                                                record.metadata())));
            }
            case INBOX -> {
                if (record.userId() == null) {
                    yield unreachable(channel);
                }
                var user = new UserId(record.userId());
                yield made(
                        new Draft(
                                id,
                                Destination.of(tenant),
                                new Recipient.OfUser(user),
                                () ->
                                        new Message.Inbox(
                                                id,
                                                tenant,
                                                user,
                                                (RenderedMessage.Inbox)
                                                        render(content, channel, record))));
            }
        };
    }

    private static Result made(Draft draft) {
        return new Result.Made(draft);
    }

    private RenderedMessage render(
            Supplier<TemplateContent> content, Channel channel, DispatchRecord record)
            throws TemplateException {
        rendering.lock();
        try {
            return renderer.render(content.get(), channel, record.payload());
        } finally {
            rendering.unlock();
        }
    }

    private static Recipient recipient(DispatchRecord record, String contactPoint) {
        var user = record.userId();
        return user == null
                ? new Recipient.At(contactPoint)
                : new Recipient.OfUser(new UserId(user));
    }

    private static Result unreachable(Channel channel) {
        return new Result.Impossible(
                new Reason(
                        "no_contact_point",
                        "The user has no " + ContactPoints.nameOf(channel) + " any more."));
    }

    private static Optional<UserKey> userOf(DispatchRecord record) {
        var user = record.userId();
        return user == null
                ? Optional.empty()
                : Optional.of(new UserKey(new TenantId(record.tenant()), new UserId(user)));
    }

    private static Optional<TemplateVersion> templateOf(DispatchRecord record) {
        var template = record.template();
        var version = record.templateVersion();
        return template == null || version == null
                ? Optional.empty()
                : Optional.of(
                        new TemplateVersion(new TenantId(record.tenant()), template, version));
    }
}
