package io.herald.adapter.mustache;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.MustacheParseException;
import io.herald.notification.Channel;
import io.herald.template.Preview;
import io.herald.template.RenderedMessage;
import io.herald.template.Renderer;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Renders Mustache as <a href="https://mustache.github.io/mustache.5.html">mustache(5)</a> has it,
 * without partials, inheritance and lambdas. An empty text is falsey, like an empty list.
 *
 * <p>A template is a program that a tenant wrote, and sections over lists multiply: what the render
 * of a message may write is bounded by {@link #MAX_CHARACTERS}, and how long it may take by {@link
 * #MAX_STEPS}, over all of its fields together.
 *
 * <p>In HTML variables are escaped, but for those a template asks for raw, as {@code {{{name}}}}.
 */
public final class MustacheRenderer implements Renderer {

    /**
     * Of all fields of a message together. As much as the largest template that is accepted, 256
     * KiB, and the largest payload, another 256 KiB, written into it once.
     */
    public static final int MAX_CHARACTERS = 524_288;

    /**
     * Of all fields of a message together: look-ups, list items, sections and pieces of text that
     * are written. A list of 1,000 with ten variables in each takes about 32,000, so it may stand
     * in the text and in the HTML of a mail. To compile and render the worst that was found took
     * less than 0.15 s; see ADR 16 for what that means for a batch.
     */
    public static final int MAX_STEPS = 100_000;

    // In characters of template text, all compiled templates together; they take up to twenty bytes
    // for each.
    private static final long CACHE_WEIGHT = 4_000_000;

    private static final Pattern LINE = Pattern.compile("(.*?)\\s*@ line (\\d+).*", Pattern.DOTALL);

    // Breaks and other control characters; U+2028 and U+2029 break lines as well.
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\u2028\u2029]+");

    private static final Mustache.Compiler TEXT =
            Mustache.compiler()
                    .escapeHTML(false)
                    .defaultValue(JsonCollector.MARK)
                    .withCollector(new JsonCollector())
                    .withFormatter(JsonCollector::format)
                    .withLoader(name -> {
                        throw new MustacheException("partials are not supported");
                    });

    private static final Mustache.Compiler HTML = TEXT.escapeHTML(true);

    // By what is compiled, so a template that changed is never met under its old form.
    private final Cache<Source, com.samskivert.mustache.Template> compiled =
            Caffeine.newBuilder()
                    .maximumWeight(CACHE_WEIGHT)
                    .weigher((Source source, Object template) -> source.text().length() + 100)
                    .build();

    private record Source(String text, boolean html) {}

    /** A template's text, and where in the template's JSON it stands. */
    private record Field(String pointer, String text, boolean html) {}

    @Override
    public void check(TemplateContent content) throws TemplateException {
        for (var field : fields(content)) {
            compile(field);
        }
    }

    private static List<Field> fields(TemplateContent content) {
        var fields = new ArrayList<Field>();
        var email = content.email();
        if (email != null) {
            fields.add(subject(email));
            text(email).ifPresent(fields::add);
            html(email).ifPresent(fields::add);
        }
        var webhook = content.webhook();
        if (webhook != null) {
            body(webhook).ifPresent(fields::add);
        }
        var inbox = content.inbox();
        if (inbox != null) {
            fields.add(title(inbox));
            body(inbox).ifPresent(fields::add);
        }
        return fields;
    }

    private static Field subject(TemplateContent.Email email) {
        return new Field("/email/subject", email.subject(), false);
    }

    private static Optional<Field> text(TemplateContent.Email email) {
        return optional("/email/text", email.text(), false);
    }

    private static Optional<Field> html(TemplateContent.Email email) {
        return optional("/email/html", email.html(), true);
    }

    private static Optional<Field> body(TemplateContent.Webhook webhook) {
        return optional("/webhook/body", webhook.body(), false);
    }

    private static Field title(TemplateContent.Inbox inbox) {
        return new Field("/inbox/title", inbox.title(), false);
    }

    private static Optional<Field> body(TemplateContent.Inbox inbox) {
        return optional("/inbox/body", inbox.body(), false);
    }

    private static Optional<Field> optional(String pointer, @Nullable String text, boolean html) {
        return Optional.ofNullable(text).map(there -> new Field(pointer, there, html));
    }

    @Override
    public RenderedMessage render(TemplateContent content, Channel channel, JsonNode payload)
            throws TemplateException {
        return new Words(payload).of(content, channel);
    }

    @Override
    public Preview preview(TemplateContent content, Channel channel, JsonNode payload)
            throws TemplateException {
        var words = new Words(payload);
        var message = words.of(content, channel);
        return new Preview(message, words.missing());
    }

    /** The fields of one message, and the allowance they share. */
    private final class Words {
        private final Allowance allowance = new Allowance(MAX_STEPS, MAX_CHARACTERS);
        private final List<Ended> ended = new ArrayList<>();
        private final Object payload;

        private record Ended(com.samskivert.mustache.Template template, Set<String> missing) {}

        Words(JsonNode payload) {
            this.payload = JsonCollector.root(payload);
        }

        RenderedMessage of(TemplateContent content, Channel channel) throws TemplateException {
            return switch (channel) {
                case EMAIL -> {
                    var email = served(content.email(), channel);
                    yield new RenderedMessage.Email(
                            oneLine(render(subject(email))),
                            render(text(email)),
                            render(html(email)));
                }
                case WEBHOOK -> {
                    var webhook = served(content.webhook(), channel);
                    yield new RenderedMessage.Webhook(webhook.type(), render(body(webhook)));
                }
                case INBOX -> {
                    var inbox = served(content.inbox(), channel);
                    yield new RenderedMessage.Inbox(
                            oneLine(render(title(inbox))), render(body(inbox)));
                }
            };
        }

        /** What the fields so far asked for by its name and did not get. */
        Set<String> missing() {
            var all = new TreeSet<String>();
            for (var field : ended) {
                // Of a dotted name that is missing, the look-ups name the first part as well.
                var named = new Names();
                field.template().visit(named);
                named.all().retainAll(field.missing());
                all.addAll(named.all());
            }
            return all;
        }

        private @Nullable String render(Optional<Field> field) throws TemplateException {
            return field.isPresent() ? render(field.get()) : null;
        }

        private String render(Field field) throws TemplateException {
            var template = compile(field);
            var out = new BoundedWriter(allowance);
            var run = new Run(allowance);
            try {
                ScopedValue.where(Run.CURRENT, run).run(() -> template.execute(payload, out));
            } catch (MustacheException | IllegalStateException e) {
                var excess = allowance.excess();
                if (excess == null) {
                    throw e;
                }
                throw new TemplateException(excess, field.pointer() + ": " + wordsOf(excess));
            } catch (StackOverflowError e) {
                throw tooDeep(field);
            }
            ended.add(new Ended(template, run.missing()));
            return out.toString();
        }

        private static String wordsOf(TemplateException.Problem excess) {
            return switch (excess) {
                case BROKEN -> "cannot be rendered.";
                case TOO_MANY_STEPS -> "rendering takes too many steps with this payload.";
                case TOO_LONG -> "the result is too long with this payload.";
            };
        }
    }

    private static <T> T served(@Nullable T content, Channel channel) throws TemplateException {
        if (content == null) {
            throw new TemplateException(
                    "The template has nothing for the channel " + channel.text() + ".");
        }
        return content;
    }

    private com.samskivert.mustache.Template compile(Field field) throws TemplateException {
        var source = new Source(field.text(), field.html());
        var known = compiled.getIfPresent(source);
        if (known != null) {
            return known;
        }
        var template = compileFresh(field);
        compiled.put(source, template);
        return template;
    }

    private static com.samskivert.mustache.Template compileFresh(Field field)
            throws TemplateException {
        try {
            var template = (field.html() ? HTML : TEXT).compile(field.text());
            template.visit(new Restrictions());
            return template;
        } catch (MustacheException e) {
            throw failure(field.pointer(), e);
        } catch (IndexOutOfBoundsException e) {
            // How jmustache meets a tag without a name, such as {{}} or {{#}}.
            throw new TemplateException(field.pointer() + ": a tag has no name.");
        } catch (StackOverflowError e) {
            // jmustache recurses into sections while it compiles, and tells nobody their depth.
            throw tooDeep(field);
        }
    }

    private static TemplateException tooDeep(Field field) {
        return new TemplateException(field.pointer() + ": sections are nested too deeply.");
    }

    private static TemplateException failure(String pointer, MustacheException e) {
        var message = e.getMessage() == null ? "cannot be compiled" : e.getMessage();
        var line = LINE.matcher(message);
        if (e instanceof MustacheParseException && line.matches()) {
            return new TemplateException(
                    pointer + ", line " + line.group(2) + ": " + line.group(1) + ".");
        }
        return new TemplateException(pointer + ": " + message + ".");
    }

    private static String oneLine(String text) {
        return CONTROLS.matcher(text).replaceAll(" ").strip();
    }

    /** Refuses what reaches beyond the template. */
    private static class Restrictions implements Mustache.Visitor {
        @Override
        public void visitText(String text) {}

        @Override
        public void visitVariable(String name) {}

        @Override
        public boolean visitInclude(String name) {
            throw new MustacheException("partials are not supported: " + name);
        }

        @Override
        public boolean visitParent(String name) {
            throw new MustacheException("inheritance is not supported: " + name);
        }

        @Override
        public boolean visitBlock(String name) {
            throw new MustacheException("blocks are not supported: " + name);
        }

        @Override
        public boolean visitSection(String name) {
            return true;
        }

        @Override
        public boolean visitInvertedSection(String name) {
            return true;
        }
    }

    /** Collects what a template names. */
    private static final class Names extends Restrictions {
        private final Set<String> all = new TreeSet<>();

        Set<String> all() {
            return all;
        }

        @Override
        public void visitVariable(String name) {
            all.add(name);
        }

        @Override
        public boolean visitSection(String name) {
            all.add(name);
            return true;
        }

        @Override
        public boolean visitInvertedSection(String name) {
            return visitSection(name);
        }
    }
}
