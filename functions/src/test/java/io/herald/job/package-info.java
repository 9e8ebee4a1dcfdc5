/** What is promised of the package of the same name, as tests. */
@NullMarked
package io.herald.job;

import org.jspecify.annotations.NullMarked;
