/** The {@code mindeye} command and sample programs. A program to run and to read, not an API. */
package org.mindeye.examples;
