$HEADER$
uniform vec4 color;
uniform float opacity;

void main (void){
    gl_FragColor = vec4(color.rgb, color.a * opacity) * texture2D(texture0, tex_coord0);
}
