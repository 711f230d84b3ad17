@NullMarked
package io.pipeforce.cli;

import org.jspecify.annotations.NullMarked;
