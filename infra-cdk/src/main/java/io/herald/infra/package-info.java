/** The CDK app: what Herald is on AWS. */
@NullMarked
package io.herald.infra;

import org.jspecify.annotations.NullMarked;
