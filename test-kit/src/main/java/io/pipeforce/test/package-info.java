@NullMarked
package io.pipeforce.test;

import org.jspecify.annotations.NullMarked;
