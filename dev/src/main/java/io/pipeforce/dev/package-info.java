/**
 * Is {@code pi dev}: runs a broker and the service under development in one command, and replaces
 * the service by its new version when a source changes. Start reading at {@link
 * io.pipeforce.dev.DevSession}.
 */
@NullMarked
package io.pipeforce.dev;

import org.jspecify.annotations.NullMarked;
