package io.herald.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagTest {
    private static final EntityTag THIRD = EntityTag.ofVersion(3);

    @Test
    void a_version_is_a_strong_tag_in_quotation_marks() {
        assertThat(THIRD.text()).isEqualTo("\"3\"");
        assertThat(THIRD.weak()).isFalse();
    }

    @Test
    void the_tag_of_content_changes_with_the_content_and_only_with_it() {
        assertThat(tagOf("one")).isEqualTo(tagOf("one")).isNotEqualTo(tagOf("two"));
        assertThat(tagOf("one").text()).matches("\"[A-Za-z0-9_-]{24}\"");
    }

    @Test
    void a_weak_tag_never_matches_strongly() {
        var weak = new EntityTag("3", true);
        assertThat(THIRD.matchesStrongly(weak)).isFalse();
        assertThat(weak.matchesStrongly(THIRD)).isFalse();
        assertThat(weak.matchesStrongly(weak)).isFalse();
        assertThat(THIRD.matchesWeakly(weak)).isTrue();
        assertThat(weak.text()).isEqualTo("W/\"3\"");
    }

    @Test
    void without_the_headers_every_state_will_do() {
        var none = with("accept", "*/*");
        assertThat(EntityTag.ifMatch(none).isStated()).isFalse();
        assertThat(EntityTag.ifMatch(none).holds(null)).isTrue();
        assertThat(EntityTag.ifMatch(none).holds(THIRD)).isTrue();
        assertThat(EntityTag.ifNoneMatch(none).isStated()).isFalse();
        assertThat(EntityTag.ifNoneMatch(none).holds(THIRD)).isTrue();
    }

    @Test
    void if_match_holds_for_a_tag_of_its_list() {
        assertThat(ifMatch("\"3\"").isStated()).isTrue();
        assertThat(ifMatch("\"3\"").holds(THIRD)).isTrue();
        assertThat(ifMatch("\"1\" , \"3\"").holds(THIRD)).isTrue();
        assertThat(ifMatch("\"1\",\"2\"").holds(THIRD)).isFalse();
        assertThat(ifMatch("\"3\"").holds(null)).isFalse();
    }

    @Test
    void if_match_compares_strongly_and_if_none_match_weakly() {
        assertThat(ifMatch("W/\"3\"").holds(THIRD)).isFalse();
        assertThat(ifNoneMatch("W/\"3\"").holds(THIRD)).isFalse();
        assertThat(ifNoneMatch("W/\"4\"").holds(THIRD)).isTrue();
    }

    @Test
    void if_none_match_holds_where_no_tag_matches_or_nothing_is_there() {
        assertThat(ifNoneMatch("\"3\"").holds(THIRD)).isFalse();
        assertThat(ifNoneMatch("\"1\", \"2\"").holds(THIRD)).isTrue();
        assertThat(ifNoneMatch("\"3\"").holds(null)).isTrue();
    }

    @Test
    void a_star_stands_for_whatever_is_there() {
        assertThat(ifMatch("*").holds(THIRD)).isTrue();
        assertThat(ifMatch(" * ").holds(null)).isFalse();
        assertThat(ifNoneMatch("*").holds(THIRD)).isFalse();
        assertThat(ifNoneMatch("*").holds(null)).isTrue();
    }

    @Test
    void the_header_may_be_there_several_times() {
        var request = request(Map.of("if-match", List.of("\"1\"", "\"2\", \"3\"")));
        assertThat(EntityTag.ifMatch(request).holds(THIRD)).isTrue();
    }

    @Test
    void a_tag_may_hold_commas_backslashes_and_nothing_at_all() {
        assertThat(ifMatch("\"a,b\", \"c\\\"").holds(new EntityTag("a,b", false))).isTrue();
        assertThat(ifMatch("\"a,b\", \"c\\\"").holds(new EntityTag("c\\", false))).isTrue();
        assertThat(ifMatch("\"a,b\"").holds(new EntityTag("a", false))).isFalse();
        assertThat(ifMatch("\"\"").holds(new EntityTag("", false))).isTrue();
    }

    @Test
    void empty_items_of_a_list_are_passed_over() {
        assertThat(ifMatch(", ,\"3\",,").holds(THIRD)).isTrue();
    }

    @Test
    void an_empty_list_matches_nothing() {
        assertThat(ifMatch("").isStated()).isTrue();
        assertThat(ifMatch("").holds(THIRD)).isFalse();
        assertThat(ifNoneMatch(" ").holds(THIRD)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "3",
                "\"3",
                "3\"",
                "w/\"3\"",
                "W/3",
                "W/ \"3\"",
                "\"3\" \"4\"",
                "\"3\";q=1",
                "*, \"3\"",
                "\"3\", *",
                "* *",
                "\"with space\"",
                "\"tab\t\"",
                "\"delete\u007f\"",
                "W/"
            })
    void what_is_no_list_of_tags_is_refused_as_malformed(String value) {
        var refused = catchThrowableOfType(ProblemException.class, () -> ifMatch(value));
        assertThat(refused.problem().type()).isEqualTo(Problem.Type.MALFORMED);
        assertThat(refused.problem().detail()).startsWith("If-Match must be");
        assertThatThrownBy(() -> ifNoneMatch(value)).isInstanceOf(ProblemException.class);
    }

    @Test
    void a_required_condition_that_does_not_hold_is_a_412_that_tells_the_current_tag() {
        ifMatch("\"3\"").require(THIRD);
        var refused =
                catchThrowableOfType(ProblemException.class, () -> ifMatch("\"2\"").require(THIRD));
        assertThat(refused.problem().type()).isEqualTo(Problem.Type.PRECONDITION_FAILED);
        assertThat(refused.problem().type().status()).isEqualTo(412);
        assertThat(refused.problem().detail()).contains("\"3\"");
        assertThatThrownBy(() -> ifMatch("*").require(null)).isInstanceOf(ProblemException.class);
    }

    private static EntityTag tagOf(String content) {
        return EntityTag.ofContent(content.getBytes(StandardCharsets.UTF_8));
    }

    private static EntityTag.Condition ifMatch(String value) {
        return EntityTag.ifMatch(with("if-match", value));
    }

    private static EntityTag.Condition ifNoneMatch(String value) {
        return EntityTag.ifNoneMatch(with("if-none-match", value));
    }

    private static HttpRequest with(String header, String value) {
        return request(Map.of(header, List.of(value)));
    }

    private static HttpRequest request(Map<String, List<String>> headers) {
        return new HttpRequest("PUT", null, "/", headers, Map.of(), null, false, "id", "");
    }
}
