@NullMarked
package io.pipeforce.dev;

import org.jspecify.annotations.NullMarked;
