/** API Gateway REST with Lambda proxy integration, over HTTP/1.1 and cleartext HTTP/2. */
@NullMarked
package io.herald.local.gateway;

import org.jspecify.annotations.NullMarked;
