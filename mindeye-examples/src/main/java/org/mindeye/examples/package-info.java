/** Short programs to copy; each runs on what a quickstart leaves behind. */
package org.mindeye.examples;
