package io.herald.notification;

/**
 * Why something happened to a notification.
 *
 * @param code for programs: lower case with underscores, stable
 * @param words for people: one sentence, without personal data
 */
public record Reason(String code, String words) {}
