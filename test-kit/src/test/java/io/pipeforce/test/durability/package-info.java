/** What survives when processes are killed, and who else may live on the same broker. */
package io.pipeforce.test.durability;
