/**
 * The functions and their triggers, declared once: {@code local} and {@code infra-cdk} both read
 * it. Imports nothing but the JDK; handlers are strings, so that reading it loads no handler.
 */
@NullMarked
package io.herald.catalog;

import org.jspecify.annotations.NullMarked;
