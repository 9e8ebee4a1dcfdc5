package io.herald.local.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.herald.local.gateway.ProxyAnswer.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Output format of a Lambda function for proxy integration" in the API Gateway guide. */
class ProxyAnswerTest {

    @Test
    void the_body_may_be_text_or_base64_or_missing() throws Refusal {
        assertThat(parse("{'statusCode':200,'body':'hé'}").body()).isEqualTo("hé".getBytes(UTF_8));
        assertThat(parse("{'statusCode':200,'body':'aMOp','isBase64Encoded':true}").body())
                .isEqualTo("hé".getBytes(UTF_8));
        assertThat(parse("{'statusCode':200}").body()).isEmpty();
    }

    @Test
    void headers_of_both_kinds_are_merged_and_the_multi_value_ones_count() throws Refusal {
        var answer =
                parse(
                        """
                        {'statusCode':200,
                         'headers':{'Content-Type':'text/plain','X-A':'single','X-N':7},
                         'multiValueHeaders':{'x-a':['one','two']}}\
                        """);
        assertThat(answer.headers())
                .containsExactly(
                        new Header("x-a", "one"),
                        new Header("x-a", "two"),
                        new Header("Content-Type", "text/plain"),
                        new Header("X-N", "7"));
    }

    @Test
    void the_content_type_is_json_unless_it_is_given() throws Refusal {
        assertThat(parse("{'statusCode':200,'headers':null}").headers())
                .containsExactly(new Header("Content-Type", "application/json"));
    }

    @Test
    void www_authenticate_is_remapped() throws Refusal {
        assertThat(parse("{'statusCode':401,'headers':{'WWW-Authenticate':'Bearer'}}").headers())
                .contains(new Header("x-amzn-Remapped-WWW-Authenticate", "Bearer"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "'text'",
                "{}",
                "{'statusCode':99}",
                "{'statusCode':600}",
                "{'statusCode':'ok'}",
                "{'statusCode':200.5}",
                "{'statusCode':200,'body':{}}",
                "{'statusCode':200,'body':'%','isBase64Encoded':true}",
                "{'statusCode':200,'isBase64Encoded':'true'}",
                "{'statusCode':200,'headers':[]}",
                "{'statusCode':200,'headers':{'a':{}}}",
                "{'statusCode':200,'headers':{'a b':'c'}}",
                "{'statusCode':200,'headers':{'a':'b\\r\\nc: d'}}",
                "{'statusCode':200,'multiValueHeaders':{'a':'b'}}",
                "{'statusCode':200,'cookies':[]}",
                "{'statusCode':200} trailing",
            })
    void anything_else_is_malformed(String answer) {
        assertThatThrownBy(() -> parse(answer))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(502));
    }

    private static ProxyAnswer parse(String json) throws Refusal {
        return ProxyAnswer.parse(json.replace('\'', '"').getBytes(UTF_8));
    }
}
