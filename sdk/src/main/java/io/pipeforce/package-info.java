@NullMarked
package io.pipeforce;

import org.jspecify.annotations.NullMarked;
