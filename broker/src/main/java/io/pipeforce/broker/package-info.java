@NullMarked
package io.pipeforce.broker;

import org.jspecify.annotations.NullMarked;
