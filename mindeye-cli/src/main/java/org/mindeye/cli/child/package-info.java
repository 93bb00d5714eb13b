/** Programs in JVMs of their own, whose peaks of memory do not mix. */
package org.mindeye.cli.child;
