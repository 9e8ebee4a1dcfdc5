/**
 * What every implementation of the ports is held to: the contract suites stand beside the ports.
 */
@NullMarked
package io.herald.contract;

import org.jspecify.annotations.NullMarked;
