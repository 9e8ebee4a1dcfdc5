/** The pages that explain the API, made from its OpenAPI document and its problem types. */
@NullMarked
package io.herald.api.docs;

import org.jspecify.annotations.NullMarked;
