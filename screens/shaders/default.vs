$HEADER$
/* As Kivy's, but the colour is the same for all of a shape: it need not be worked out for each pixel. */
void main (void) {
  tex_coord0 = vTexCoords0;
  gl_Position = projection_mat * modelview_mat * vec4(vPosition.xy, 0.0, 1.0);
}
