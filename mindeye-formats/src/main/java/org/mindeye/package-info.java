/** The exception family that all modules share, and texts fit to be shown. */
package org.mindeye;
