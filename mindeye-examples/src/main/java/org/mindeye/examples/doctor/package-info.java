/** Checks of what this machine can do. */
package org.mindeye.examples.doctor;
