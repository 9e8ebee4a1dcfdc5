package io.herald.notification;

/**
 * The tenant's own name for a person.
 *
 * @param value 1 to 128 characters, none of them a control character
 */
public record UserId(String value) {
    public static final int MAX_LENGTH = 128;

    public UserId {
        if (!isValid(value)) {
            throw new IllegalArgumentException("a user id has 1 to 128 printable characters");
        }
    }

    public static boolean isValid(String value) {
        return !value.isEmpty()
                && value.length() <= MAX_LENGTH
                && value.chars().noneMatch(Character::isISOControl);
    }

    @Override
    public String toString() {
        return value;
    }
}
