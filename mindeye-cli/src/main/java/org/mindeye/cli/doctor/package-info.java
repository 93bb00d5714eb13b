/** {@code mindeye doctor}: what this machine and this JVM are, what is wrong, and how to fix it. */
package org.mindeye.cli.doctor;
