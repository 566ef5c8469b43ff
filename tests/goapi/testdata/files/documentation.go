// Text only.
package documentation
