/**
 * The platform of one machine: instances of images are child processes, what is known of them is
 * files, and both outlive the hub.
 */
@NullMarked
package io.pipeforce.hub.platform.local;

import org.jspecify.annotations.NullMarked;
