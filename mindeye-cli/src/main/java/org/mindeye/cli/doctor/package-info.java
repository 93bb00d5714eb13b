/**
 * {@code mindeye doctor}: what this machine and this JVM are, what is wrong, and how to mend it.
 */
package org.mindeye.cli.doctor;
