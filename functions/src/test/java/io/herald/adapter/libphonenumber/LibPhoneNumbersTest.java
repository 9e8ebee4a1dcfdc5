package io.herald.adapter.libphonenumber;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LibPhoneNumbersTest {
    private final LibPhoneNumbers numbers = new LibPhoneNumbers();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+43512507",
                "+12025550123",
                "+442083661177",
                "+390236618300",
                "+4915123456789",
                "+819012345678",
                "+80012345678"
            })
    void takes_a_number_that_can_be_given_out(String number) {
        assertThatCode(() -> numbers.check(number)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "+",
                "0512507",
                "43512507",
                "+43 512 507",
                "+43-512-507",
                "tel:+43512507",
                "+43512507;ext=1",
                "+1202555CALL",
                "+0512507",
                "+1234567890123456",
                "++43512507",
                "+٤٣٥١٢٥٠٧",
                "+43512507\n"
            })
    void refuses_what_is_not_e164(String text) {
        assertThatThrownBy(() -> numbers.check(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("E.164");
    }

    @ParameterizedTest
    @ValueSource(strings = {"+999123456", "+120255501", "+1202555012345", "+11111111111", "+43"})
    void refuses_a_number_that_nobody_can_have(String number) {
        assertThatThrownBy(() -> numbers.check(number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a telephone number that its country may have given out");
    }

    @ParameterizedTest
    @CsvSource({"+4402083661177, +442083661177", "+49015123456789, +4915123456789"})
    void says_how_a_number_with_the_prefix_for_calls_at_home_is_written(
            String number, String expected) {
        assertThatThrownBy(() -> numbers.check(number))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be written as " + expected);
    }
}
