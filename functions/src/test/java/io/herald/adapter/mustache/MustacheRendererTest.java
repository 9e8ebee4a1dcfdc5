package io.herald.adapter.mustache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.herald.notification.Channel;
import io.herald.template.RenderedMessage;
import io.herald.template.TemplateContent;
import io.herald.template.TemplateException;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MustacheRendererTest {

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    private final MustacheRenderer renderer = new MustacheRenderer();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{{name}}                              | {\"name\":\"Ada\"}                | Ada",
                "{{user.name}}                         | {\"user\":{\"name\":\"Ada\"}}     | Ada",
                "[{{missing}}]                         | {}                                | []",
                "[{{a.missing.deep}}]                  | {\"a\":{}}                        | []",
                "[{{none}}]                            | {\"none\":null}                   | []",
                "{{#list}}{{.}},{{/list}}              | {\"list\":[1,\"b\",true]}         | 1,b,true,",
                "{{#list}}{{name}}{{/list}}            | {\"list\":[{\"name\":\"a\"},{}]}  | a",
                "{{#list}}[{{.}}]{{/list}}             | {\"list\":[null]}                 | []",
                "{{#list}}{{#.}}{{.}};{{/.}}{{/list}}  | {\"list\":[[1,2],[3]]}            | 1;2;3;",
                "[{{#list}}x{{/list}}]                 | {\"list\":[]}                     | []",
                "[{{#flag}}x{{/flag}}]                 | {\"flag\":false}                  | []",
                "[{{#flag}}x{{/flag}}]                 | {\"flag\":true}                   | [x]",
                "[{{#none}}x{{/none}}]                 | {\"none\":null}                   | []",
                "[{{#missing}}x{{/missing}}]           | {}                                | []",
                "[{{#empty}}x{{/empty}}]               | {\"empty\":\"\"}                  | []",
                "[{{#zero}}x{{/zero}}]                 | {\"zero\":0}                      | [x]",
                "[{{#object}}{{a}}{{/object}}]         | {\"object\":{\"a\":1}}            | [1]",
                "[{{^list}}x{{/list}}]                 | {\"list\":[]}                     | [x]",
                "[{{^missing}}x{{/missing}}]           | {}                                | [x]",
                "[{{^empty}}x{{/empty}}]               | {\"empty\":\"\"}                  | [x]",
                "[{{^flag}}x{{/flag}}]                 | {\"flag\":true}                   | []",
                "{{#list}}{{outer}}{{/list}}           | {\"list\":[{}],\"outer\":1}       | 1",
                "a{{! a remark }}b                     | {}                                | ab",
                "{{=<% %>=}}<% name %>                 | {\"name\":\"Ada\"}                | Ada",
                "{{object}}                            | {\"object\":{\"a\":[1,\"b\"]}}    | {\"a\":[1,\"b\"]}",
                "{{list}}                              | {\"list\":[1,2]}                  | [1,2]",
                "{{name}}                              | {\"name\":\"Größe 漢 🎉\"}         | Größe 漢 🎉",
            })
    void renders_as_mustache_says(String template, String payload, String expected)
            throws Exception {
        assertThat(text(template, payload)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-7, -7",
        "1.10, 1.10",
        "12.0, 12.0",
        "1e10, 10000000000",
        "2.5E-7, 0.00000025",
        "12345678901234567890123, 12345678901234567890123",
        "1e999999999, 1E+999999999",
    })
    void numbers_are_written_as_people_write_them(String number, String expected) throws Exception {
        assertThat(text("{{n}}", "{\"n\":" + number + "}")).isEqualTo(expected);
    }

    @Test
    void a_double_is_written_without_an_exponent() throws Exception {
        var payload = JsonNodeFactory.instance.objectNode().put("n", 1.0E10);

        assertThat(text("{{n}}", payload)).isEqualTo("10000000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{payload.class}}",
                "{{class}}",
                "{{class.name}}",
                "{{getClass}}",
                "{{this.class}}",
                "{{name.bytes}}",
                "{{name.length}}",
                "{{name.value}}",
                "{{name.class.classLoader}}",
                "{{list.size}}",
                "{{list.empty}}",
                "{{list.items}}",
                "{{#list}}{{class}}{{hashCode}}{{toString}}{{/list}}",
                "{{number.intValue}}",
                "{{flag.class}}",
                "{{object.fields}}",
                "{{object.allowance}}",
                "{{object.entrySet}}",
                "{{object.keySet}}",
                "{{allowance}}{{fields}}{{get}}{{nodeType}}",
            })
    void a_template_reaches_no_java_object(String template) throws Exception {
        assertThat(
                        text(
                                template,
                                """
                                {"name":"Ada","list":["a"],"number":1,"flag":true,
                                 "object":{"a":1},"payload":{"a":1}}
                                """))
                .isEmpty();
    }

    @Test
    void variables_are_escaped_in_html_and_nowhere_else() throws Exception {
        var payload = json("{\"name\":\"<b>&\\\"'\"}");
        var message =
                (RenderedMessage.Email)
                        renderer.render(
                                template(
                                        new TemplateContent.Email(
                                                "{{name}}",
                                                "{{name}}",
                                                "<p>{{name}}</p>{{{name}}}")),
                                Channel.EMAIL,
                                payload);

        assertThat(message.subject()).isEqualTo("<b>&\"'");
        assertThat(message.text()).isEqualTo("<b>&\"'");
        assertThat(message.html()).isEqualTo("<p>&lt;b&gt;&amp;&quot;&#39;</p><b>&\"'");
    }

    @Test
    void a_subject_and_a_title_stay_on_one_line() throws Exception {
        var payload = json("{\"name\":\"Ada\\r\\nBcc: all@example.com\\u0000\\u2028\\tx\"}");
        var content =
                new TemplateContent(
                        new TemplateContent.Email("Hi\n {{name}}\n", "text", null),
                        null,
                        new TemplateContent.Inbox("{{name}}", null),
                        Set.of(),
                        "transactional");

        assertThat(render(content, Channel.EMAIL, payload))
                .isEqualTo(
                        new RenderedMessage.Email("Hi  Ada Bcc: all@example.com x", "text", null));
        assertThat(render(content, Channel.INBOX, payload))
                .isEqualTo(new RenderedMessage.Inbox("Ada Bcc: all@example.com x", null));
    }

    @Test
    void a_webhook_s_type_is_not_rendered_and_its_body_is() throws Exception {
        var content =
                new TemplateContent(
                        null,
                        new TemplateContent.Webhook("order.{{a}}", "{{a}}"),
                        null,
                        Set.of(),
                        "transactional");

        assertThat(render(content, Channel.WEBHOOK, json("{\"a\":\"<1>\"}")))
                .isEqualTo(new RenderedMessage.Webhook("order.{{a}}", "<1>"));
    }

    @Test
    void a_channel_that_the_template_does_not_serve_is_refused() {
        assertThatThrownBy(() -> render(emailText("text"), Channel.INBOX, json("{}")))
                .isInstanceOf(TemplateException.class)
                .hasMessage("The template has nothing for the channel inbox.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a\\n{{#open}}x      | /email/text, line 2: ",
                "{{/close}}          | /email/text, line 1: ",
                "{{#a}}{{#b}}{{/a}}  | /email/text, line 1: ",
                "{{}}                | /email/text: a tag has no name.",
                "{{>other}}          | /email/text: partials are not supported: other.",
                "{{#a}}{{>b}}{{/a}}  | /email/text: partials are not supported: b.",
                "{{<a}}{{/a}}        | /email/text: inheritance is not supported: a.",
                "{{$a}}x{{/a}}       | /email/text: blocks are not supported: a.",
            })
    void a_template_that_cannot_be_compiled_is_refused_with_its_place(
            String template, String message) {
        assertThatThrownBy(() -> renderer.check(emailText(template.replace("\\n", "\n"))))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void every_field_is_checked() {
        var broken = "{{#open}}";
        assertRefused(new TemplateContent.Email(broken, "", null), null, null, "/email/subject");
        assertRefused(new TemplateContent.Email("", broken, null), null, null, "/email/text");
        assertRefused(new TemplateContent.Email("", null, broken), null, null, "/email/html");
        assertRefused(null, new TemplateContent.Webhook("t", broken), null, "/webhook/body");
        assertRefused(null, null, new TemplateContent.Inbox(broken, null), "/inbox/title");
        assertRefused(null, null, new TemplateContent.Inbox("", broken), "/inbox/body");
    }

    @Test
    void a_good_template_passes() throws Exception {
        renderer.check(
                new TemplateContent(
                        new TemplateContent.Email("{{a}}", null, "{{#l}}{{.}}{{/l}}"),
                        new TemplateContent.Webhook("t", null),
                        new TemplateContent.Inbox("{{a}}", "{{b}}"),
                        Set.of(),
                        "transactional"));
    }

    @Test
    @Timeout(20)
    void sections_that_multiply_end_early() {
        var payload = "{\"l\":[" + "1,".repeat(999) + "1]}";
        var silent = "{{#l}}".repeat(8) + "{{x}}" + "{{/l}}".repeat(8);
        var loud = "{{#l}}".repeat(8) + "text" + "{{/l}}".repeat(8);

        assertThatThrownBy(() -> text(silent, payload))
                .isInstanceOf(TemplateException.class)
                .hasMessage("/email/text: rendering takes too many steps with this payload.");
        assertThatThrownBy(() -> text(loud, payload)).isInstanceOf(TemplateException.class);
    }

    @Test
    @Timeout(20)
    void a_result_that_is_too_long_is_refused() {
        var payload = "{\"l\":[" + "1,".repeat(99) + "1],\"t\":\"" + "x".repeat(20_000) + "\"}";

        assertThatThrownBy(() -> text("{{#l}}{{t}}{{/l}}", payload))
                .isInstanceOf(TemplateException.class)
                .hasMessage("/email/text: the result is too long with this payload.")
                .extracting(e -> ((TemplateException) e).problem())
                .isEqualTo(TemplateException.Problem.TOO_LONG);
        // The whole payload, over and over.
        assertThatThrownBy(() ->
                        text(
                                "{{#l}}{{#o}}{{.}}{{/o}}{{/l}}",
                                payload.replace("\"t\":", "\"o\":{\"t\":")
                                        .replace("x\"}", "x\"}}")))
                .isInstanceOf(TemplateException.class)
                .hasMessage("/email/text: the result is too long with this payload.");
    }

    @Test
    void the_largest_template_may_write_the_largest_payload_once() throws Exception {
        // 256 KiB each, as accepted.
        var words = "x".repeat(262_144 - 5);
        var payload = "{\"t\":\"" + "y".repeat(262_144 - 8) + "\"}";

        assertThat(text(words + "{{t}}", payload)).hasSize(262_144 - 5 + 262_144 - 8);
    }

    @Test
    void a_long_list_may_stand_in_the_text_and_in_the_html() throws Exception {
        var row = "{{a}} {{b}} {{c}} {{d}} {{e}} {{f}} {{g}} {{h}} {{i}} {{j}}\n";
        var list = "{{#rows}}" + row + "{{/rows}}";
        var fields =
                "\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":0";
        var payload = "{\"rows\":[" + ("{" + fields + "},").repeat(999) + "{" + fields + "}]}";

        var message =
                (RenderedMessage.Email)
                        render(
                                template(new TemplateContent.Email("s", list, list)),
                                Channel.EMAIL,
                                json(payload));

        assertThat(message.html()).isEqualTo("1 2 3 4 5 6 7 8 9 0\n".repeat(1_000));
        assertThat(message.text()).isEqualTo(message.html());
    }

    @Test
    void the_fields_of_a_message_share_what_it_may_write_and_do() throws Exception {
        var payload =
                json(
                        "{\"t\":\"%s\",\"l\":[%s1]}"
                                .formatted("x".repeat(200_000), "1,".repeat(19_999)));
        var twice = "{{t}}{{t}}";
        var often = "{{#l}}{{.}}{{/l}}{{#l}}{{.}}{{/l}}";

        assertThat(text(twice, payload)).hasSize(400_000);
        assertThat(text(often, payload)).hasSize(40_000);
        assertThatThrownBy(() ->
                        render(
                                template(new TemplateContent.Email("s", twice, twice)),
                                Channel.EMAIL,
                                payload))
                .hasMessage("/email/html: the result is too long with this payload.");
        assertThatThrownBy(() ->
                        render(
                                template(new TemplateContent.Email("s", often, often)),
                                Channel.EMAIL,
                                payload))
                .hasMessage("/email/html: rendering takes too many steps with this payload.");
        // The next message has an allowance of its own.
        assertThat(text(twice, payload)).hasSize(400_000);
    }

    @ParameterizedTest
    @CsvSource({
        // What is around a name is searched from the inside out.
        "'{{#o}}', 2000, '{{#l}}{{#l}}{{x}}{{/l}}{{/l}}', 1, '{{/o}}'",
        // A dotted name is taken apart each time.
        "'{{#l}}{{#l}}{{', 1, 'a.', 100000, 'a}}{{/l}}{{/l}}'",
        "'{{#l}}{{#l}}', 1, '{{#.}}{{/.}}', 20000, '{{/l}}{{/l}}'",
        "'{{#l}}{{#l}}', 1, '{{^-first}}{{/-first}}', 10000, '{{/l}}{{/l}}'",
        "'{{#l}}{{#l}}', 1, '{{.}}', 40000, '{{/l}}{{/l}}'",
        "'{{#l}}{{#l}}', 1, '{{n}}', 1, '{{/l}}{{/l}}'",
    })
    @Timeout(20)
    void all_that_takes_time_takes_steps(
            String open, int depth, String inner, int often, String close) {
        var template = open.repeat(depth) + inner.repeat(often) + close.repeat(depth);
        var payload = "{\"o\":1,\"n\":%s,\"l\":[%s1]}".formatted("9".repeat(999), "1,".repeat(999));

        // Uncounted, the worst of them would take minutes.
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> text(template, payload))
                    .isInstanceOf(TemplateException.class)
                    .hasMessage("/email/text: rendering takes too many steps with this payload.");
        }
    }

    @Test
    @Timeout(20)
    void sections_nested_beyond_all_measure_are_refused() {
        var depth = 50_000;
        var template = "{{#a}}".repeat(depth) + "{{/a}}".repeat(depth);

        assertThatThrownBy(() -> renderer.check(emailText(template)))
                .isInstanceOf(TemplateException.class)
                .hasMessage("/email/text: sections are nested too deeply.");
    }

    @Test
    @Timeout(60)
    void any_text_is_rendered_or_refused() throws Exception {
        var parts =
                ("{{ }} {{{ }}} # ^ / & ! = > < $ . this -first -index a a.b a..b .a a. b l name"
                                + " <% %> {{=<% {{#l}} {{/l}} {{#a}} {{/a}} {{^b}} {{/b}} x")
                        .split(" ");
        var payload = json("{\"a\":{\"b\":[1,null]},\"b\":false,\"l\":[1,\"\",{\"a\":2}]}");
        var random = new Random(7);
        int refused = 0;
        int rendered = 0;
        for (int i = 0; i < 20_000; i++) {
            var template = new StringBuilder();
            int length = 1 + random.nextInt(8);
            for (int j = 0; j < length; j++) {
                template.append(parts[random.nextInt(parts.length)]);
                template.append(random.nextInt(4) == 0 ? "\n" : "");
            }
            try {
                text(template.toString(), payload);
                rendered++;
            } catch (TemplateException e) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        assertThat(rendered).isPositive();
    }

    private void assertRefused(
            TemplateContent.@Nullable Email email,
            TemplateContent.@Nullable Webhook webhook,
            TemplateContent.@Nullable Inbox inbox,
            String pointer) {
        var content = new TemplateContent(email, webhook, inbox, Set.of(), "transactional");
        assertThatThrownBy(() -> renderer.check(content))
                .isInstanceOf(TemplateException.class)
                .hasMessageStartingWith(pointer + ", line 1: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{{order}} {{name}} | {\"order\": 1} | name",
                "{{order}} | {\"order\": null} | order",
                "{{order}} | {\"order\": \"\"} | ``",
                "{{{html}}} {{&raw}} | {} | html raw",
                "{{customer.name}} | {\"customer\": {\"name\": \"Ada\"}} | ``",
                "{{customer.name}} | {\"customer\": {}} | customer.name",
                "{{customer.name}} | {} | customer.name",
                "{{#items}}{{name}}{{price}}{{shop}}{{/items}} | {\"items\": [{\"name\": 1}], \"shop\": 2} | price",
                "{{#items}}{{name}}{{/items}} | {} | items",
                "{{#items}}{{name}}{{/items}} | {\"items\": []} | ``",
                "{{^vip}}{{offer}}{{/vip}} | {} | offer vip",
                "{{#customer}}{{address.city}}{{/customer}} | {\"customer\": {\"address\": {\"city\": 1}}} | ``",
                "{{#items}}{{.}}{{-index}}{{-first}}{{/items}} | {\"items\": [1, 2]} | ``",
                "{{! note }}plain | {} | ``",
            })
    void a_preview_says_what_the_template_asked_for_in_vain(
            String template, String payload, String missing) throws Exception {
        var preview = renderer.preview(emailText(template), Channel.EMAIL, json(payload));

        assertThat(String.join(" ", new TreeSet<>(preview.missing()))).isEqualTo(missing);
        assertThat(preview.message())
                .isEqualTo(render(emailText(template), Channel.EMAIL, json(payload)));
    }

    @Test
    void a_preview_looks_at_one_channel() throws Exception {
        var content =
                new TemplateContent(
                        new TemplateContent.Email("{{a}}", "{{b}}", "{{c}}"),
                        new TemplateContent.Webhook("type", "{{d}}"),
                        new TemplateContent.Inbox("{{e}}", "{{f}}"),
                        Set.of(),
                        "transactional");

        assertThat(renderer.preview(content, Channel.EMAIL, json("{}")).missing())
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(renderer.preview(content, Channel.WEBHOOK, json("{}")).missing())
                .containsExactly("d");
        assertThat(renderer.preview(content, Channel.INBOX, json("{}")).missing())
                .containsExactlyInAnyOrder("e", "f");
    }

    private String text(String template, String payload) throws Exception {
        return text(template, json(payload));
    }

    private String text(String template, JsonNode payload) throws TemplateException {
        var message = (RenderedMessage.Email) render(emailText(template), Channel.EMAIL, payload);
        var text = message.text();
        assertThat(text).isNotNull();
        return String.valueOf(text);
    }

    private RenderedMessage render(TemplateContent content, Channel channel, JsonNode payload)
            throws TemplateException {
        return renderer.render(content, channel, payload);
    }

    private static TemplateContent template(TemplateContent.Email email) {
        return new TemplateContent(email, null, null, Set.of(), "transactional");
    }

    private static TemplateContent emailText(String text) {
        return new TemplateContent(
                new TemplateContent.Email("subject", text, null),
                null,
                null,
                Set.of(),
                "transactional");
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return JSON.readTree(text);
    }
}
