/** What a person sees when a service does not start, or has nobody to talk to. */
package io.pipeforce.test.startup;
