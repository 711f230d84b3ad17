/** What runs services and jobs, and what is said to it: no more than any platform can do. */
@NullMarked
package io.pipeforce.hub.platform;

import org.jspecify.annotations.NullMarked;
