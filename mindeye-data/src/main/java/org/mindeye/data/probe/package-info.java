/** A look at a dataset before work that takes hours: what would stop it, and what is odd. */
package org.mindeye.data.probe;
